namespace StreamChecker.Server;

/// <summary>What the Server itself says.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(100, LogLevel.Information,
        "Stream Checker {Version} listens on {Addresses}, documentation at {Documentation}: {Store}; limit {Limit}, {Lease}, keys {Keys}")]
    public static partial void LogStarted(
        this ILogger logger, string version, string addresses, string documentation, string store, int limit, string lease, string keys);


    [LoggerMessage(102, LogLevel.Warning, "{Setting} is not a setting of Stream Checker, and is ignored. Settings begin with StreamChecker__")]
    public static partial void LogMisspelled(this ILogger logger, string setting);

    [LoggerMessage(103, LogLevel.Warning, "Keys cross the network unencrypted: {Address} is plain http beyond loopback. Let a proxy in front end TLS, or listen on https")]
    public static partial void LogPlainKeys(this ILogger logger, string address);

    [LoggerMessage(104, LogLevel.Information, "Stopping: {Calls} calls are at work, {Connections} connections are open; they have {Seconds} s to end")]
    public static partial void LogStopping(this ILogger logger, int calls, int connections, int seconds);

    [LoggerMessage(105, LogLevel.Information, "Stopped: every call was answered")]
    public static partial void LogStopped(this ILogger logger);

    [LoggerMessage(106, LogLevel.Warning, "Stopped: {Calls} calls were cut off")]
    public static partial void LogCutOff(this ILogger logger, int calls);

    [LoggerMessage(107, LogLevel.Warning, "{Setting} is {Value}, which is not an http address: traces and metrics are not sent")]
    public static partial void LogNoCollectorAddress(this ILogger logger, string setting, string value);

    [LoggerMessage(108, LogLevel.Warning, "The collector at {Address} ({Setting}) cannot be reached: {Reason}. Traces and metrics are lost until it can")]
    public static partial void LogCollectorAway(this ILogger logger, string address, string setting, string reason);
}
