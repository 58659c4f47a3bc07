namespace StreamChecker.Server;

/// <summary>What the Server settles before anything else is read.</summary>
internal static class ServerSettings
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

    /// <summary>
    /// The settings file is the one beside the program, wherever it is started from. Settings are read once: the web
    /// host would otherwise watch its whole content root, which costs dearly where files change below it.
    /// </summary>
    public static WebApplicationOptions Options(string[] args) => new()
    {
        Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
        ContentRootPath = AppContext.BaseDirectory,
    };

    public static void ListenOnLoopbackByDefault(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        if (string.IsNullOrEmpty(settings[WebHostDefaults.ServerUrlsKey])
            && string.IsNullOrEmpty(settings[WebHostDefaults.HttpPortsKey])
            && string.IsNullOrEmpty(settings[WebHostDefaults.HttpsPortsKey])
            && !settings.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }

    /// <summary>
    /// The callers are few and send one request after the other: a connection keeps its 4 KB between two of them, and does not ask first
    /// whether there is something to read.
    /// </summary>
    public static void KeepBuffersOfConnections(this WebApplicationBuilder builder) =>
        builder.WebHost.UseSockets(sockets => sockets.WaitForDataBeforeAllocatingBuffer = false);
}
