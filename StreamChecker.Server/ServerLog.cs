namespace StreamChecker.Server;

/// <summary>What the Server itself says.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(100, LogLevel.Information, "The data folder is {Path}")]
    public static partial void LogDataFolder(this ILogger logger, string path);
}
