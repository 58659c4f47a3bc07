namespace StreamChecker.Server;

/// <summary>What the Server itself says.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(100, LogLevel.Information, "The data folder is {Path}")]
    public static partial void LogDataFolder(this ILogger logger, string path);

    [LoggerMessage(101, LogLevel.Information, "The Cosmos DB gateway is at {Address}")]
    public static partial void LogGateway(this ILogger logger, string address);
}
