using System.Net.Sockets;
using InProcessCosmos.Disk;
using Microsoft.Extensions.Options;

namespace StreamChecker.Server;

/// <summary>Explains in one line why the Server did not start.</summary>
internal static class StartupErrors
{
    /// <summary>Suppresses the host's own log of the same failure, with its stack trace.</summary>
    public static void ExplainAlone(this ILoggingBuilder logging) => logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

    /// <summary>The line; at Debug, followed by the failure with its stack trace.</summary>
    public static string Explain(Exception failure, IConfiguration? configuration)
    {
        var line = Line(failure, configuration?[WebHostDefaults.ServerUrlsKey]).ReplaceLineEndings(" ");
        var showsAll = Enum.TryParse<LogLevel>(configuration?["Logging:LogLevel:Default"], ignoreCase: true, out var level) && level <= LogLevel.Debug;
        return showsAll ? $"{line}{Environment.NewLine}{failure}" : line;
    }

    private static string Line(Exception failure, string? urls)
    {
        switch (failure)
        {
            case OptionsValidationException settings:
                return string.Join(' ', settings.Failures);
            case StartupException or StreamStoreUnavailableException or DataFolderException:
                return failure.Message;
            case SocketException:
                return $"The Server cannot listen on {urls}: {failure.Message}.";
        }

        // The outer exception says what was attempted, the inner ones why it failed; many repeat each other.
        var line = failure.Message;
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (!line.Contains(cause.Message.TrimEnd('.'), StringComparison.OrdinalIgnoreCase))
            {
                line = $"{line.TrimEnd('.', ' ')}: {cause.Message}";
            }
        }

        return SettingName.In(line);
    }
}

/// <summary>The Server cannot start. The message is one line with the reason.</summary>
internal sealed class StartupException(string message) : Exception(message);
