using Microsoft.Extensions.Configuration.Memory;

namespace StreamChecker.Server;

/// <summary>The configuration of the host.</summary>
internal static class ServerSettings
{
    /// <summary>
    /// Reads appsettings.json next to the program, in any working directory. Settings are read once: otherwise the web host watches its
    /// whole content root, which is expensive if files change below it.
    /// </summary>
    public static WebApplicationOptions Options(string[] args) => new()
    {
        Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
        ContentRootPath = AppContext.BaseDirectory,
    };

    /// <summary>Logs one line per record, with a time stamp. Other settings of the console have precedence.</summary>
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

        // The Server logs a line with more details.
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
    }
}
