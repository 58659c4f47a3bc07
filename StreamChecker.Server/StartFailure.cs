using Microsoft.Extensions.Options;
using StreamChecker.Embedded;

namespace StreamChecker.Server;

/// <summary>Why the Server did not start, in one line for a person.</summary>
internal static class StartFailure
{
    /// <summary>The host would write the same failure with its stack trace before.</summary>
    public static void ExplainAlone(this ILoggingBuilder logging) => logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

    /// <summary>Null where the failure is none that its reader could mend.</summary>
    public static string? Explain(Exception failure) => failure switch
    {
        DataFolderException folder => folder.Message,
        StreamStoreUnavailableException away => away.Message,
        StartRefusedException refused => refused.Message,
        OptionsValidationException settings => string.Join(' ', settings.Failures),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } taken => taken.Message,
        InvalidOperationException { InnerException: FormatException or ArgumentException } setting
            when setting.Message.Contains("configuration value", StringComparison.Ordinal) => setting.Message,
        _ => null,
    };
}
