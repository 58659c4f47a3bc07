namespace StreamChecker.Server;

/// <summary>The log messages of the Server.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(100, LogLevel.Information,
        "Stream Checker {Version} listens on {Addresses}, documentation at {Documentation}: {Store}; limit {Limit}, {Lease}, keys {Keys}")]
    public static partial void LogStarted(
        this ILogger logger, string version, string addresses, string documentation, string store, int limit, string lease, string keys);

    [LoggerMessage(102, LogLevel.Warning, "{Setting} is not a setting of Stream Checker and is ignored. Settings begin with StreamChecker__")]
    public static partial void LogMisspelled(this ILogger logger, string setting);

    [LoggerMessage(103, LogLevel.Warning, "API keys are sent unencrypted: {Address} is plain http beyond loopback. Terminate TLS at a proxy, or listen on https")]
    public static partial void LogPlainKeys(this ILogger logger, string address);

    [LoggerMessage(104, LogLevel.Information, "Stopping: {Calls} requests are in progress, {Connections} connections are open; the time limit is {Seconds} s")]
    public static partial void LogStopping(this ILogger logger, int calls, int connections, int seconds);

    [LoggerMessage(105, LogLevel.Information, "Stopped: every request was completed")]
    public static partial void LogStopped(this ILogger logger);

    [LoggerMessage(106, LogLevel.Warning, "Stopped: {Calls} requests were aborted")]
    public static partial void LogCutOff(this ILogger logger, int calls);

    [LoggerMessage(107, LogLevel.Warning, "{Setting} is {Value}, which is not an http address: traces and metrics are not sent")]
    public static partial void LogNoCollectorAddress(this ILogger logger, string setting, string value);

    [LoggerMessage(108, LogLevel.Warning, "The collector at {Address} ({Setting}) is unreachable: {Reason}. Traces and metrics are lost until it is reachable")]
    public static partial void LogCollectorAway(this ILogger logger, string address, string setting, string reason);
}
