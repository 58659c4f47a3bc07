using Microsoft.Extensions.Configuration.Memory;

namespace StreamChecker.Server;

/// <summary>What the Server settles before anything else is read.</summary>
internal static class ServerSettings
{
    /// <summary>
    /// The settings file is the one beside the program, wherever it is started from. Settings are read once: the web
    /// host would otherwise watch its whole content root, which costs dearly where files change below it.
    /// </summary>
    public static WebApplicationOptions Options(string[] args) => new()
    {
        Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
        ContentRootPath = AppContext.BaseDirectory,
    };

    /// <summary>A line for each record of the log, with its time. Any other setting of the console goes before.</summary>
    public static void LogLinesWithTime(this WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:Console:FormatterName", "simple"),
                new("Logging:Console:FormatterOptions:SingleLine", "true"),
                new("Logging:Console:FormatterOptions:TimestampFormat", "yyyy-MM-dd'T'HH:mm:ss.fff'Z' "),
                new("Logging:Console:FormatterOptions:UseUtcTimestamp", "true"),
            ],
        });

        // One line of our own says more.
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
    }
}
