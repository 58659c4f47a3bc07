using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace StreamChecker.Server;

/// <summary>The addresses that the Server listens on.</summary>
internal static class Endpoints
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

    public static void ListenOnLoopbackByDefault(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        if (settings[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
        {
            Check(urls);
        }
        else if (string.IsNullOrEmpty(settings[WebHostDefaults.HttpPortsKey])
            && string.IsNullOrEmpty(settings[WebHostDefaults.HttpsPortsKey])
            && !settings.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }

    /// <summary>
    /// Clients are few and send many requests per connection: a connection keeps its 4 KB buffer between requests and reads without waiting for
    /// data first.
    /// </summary>
    public static void KeepBuffersOfConnections(this WebApplicationBuilder builder) =>
        builder.WebHost.UseSockets(sockets => sockets.WaitForDataBeforeAllocatingBuffer = false);

    /// <summary>Logs version, addresses, store and settings once the Server listens.</summary>
    public static void LogStarted(this WebApplication app, string store)
    {
        var options = app.Services.GetRequiredService<IOptions<StreamCheckerOptions>>().Value;
        var keys = app.Services.GetRequiredService<ApiKeys>();
        ICollection<string> addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        app.Logger.LogStarted(
            CommandLine.Version,
            string.Join(", ", addresses),
            Documentation(addresses),
            store,
            options.MaxConcurrentStreams,
            Leases(options),
            keys.Any ? "on" : "off");
        foreach (var setting in KnownSettings.Misspelled(app.Configuration))
        {
            app.Logger.LogMisspelled(setting);
        }

        if (keys.Any && addresses.FirstOrDefault(IsPlainBeyondLoopback) is { } open)
        {
            app.Logger.LogPlainKeys(open);
        }
    }

    private static string Leases(StreamCheckerOptions options) => options switch
    {
        { LeaseSeconds: 0 } => "no lease",
        { RelaxedLeaseSeconds: 0 } => $"lease {options.LeaseSeconds} s, heartbeat every {options.HeartbeatIntervalSeconds} s",
        _ => $"lease {options.LeaseSeconds} s, heartbeat every {options.HeartbeatIntervalSeconds} s at the limit, "
            + $"{options.RelaxedLeaseSeconds} s and {options.RelaxedHeartbeatIntervalSeconds} s below it",
    };

    /// <summary>Rejects addresses that the web server would misread, or report without naming them.</summary>
    private static void Check(string urls)
    {
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses.Length == 0)
        {
            throw new StartupException($"'{urls}' has no address to listen on, such as {DefaultUrl}.");
        }

        foreach (var address in addresses)
        {
            if (Error(address) is { } error)
            {
                throw new StartupException($"'{address}' is not an address to listen on: {error}. Example: {DefaultUrl}.");
            }
        }
    }

    private static string? Error(string text)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return text.Contains("://", StringComparison.Ordinal) ? "it has no host" : "it must begin with http:// or https://";
        }

        return address switch
        {
            { Scheme: not ("http" or "https") } => "it must begin with http:// or https://",
            { IsUnixPipe: true } or { IsNamedPipe: true } => null,
            { Host: "" } => "it has no host",
            { Port: < 0 or > ushort.MaxValue } => "a port is a number from 0 to 65535",
            { Host: var host } when host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') => "a port is a number from 0 to 65535",
            { PathBase.Length: > 0 } => "it must not have a path",
            _ => null,
        };
    }

    private static string Documentation(IEnumerable<string> addresses) => addresses.Select(BindingAddress.Parse).FirstOrDefault(address => !address.IsUnixPipe) is { } first
        ? $"{first.Scheme}://{(IsAny(first.Host) ? "localhost" : first.Host)}:{first.Port}/docs"
        : "/docs";

    private static bool IsPlainBeyondLoopback(string text) =>
        BindingAddress.Parse(text) is { IsUnixPipe: false, Scheme: "http" } address
        && !address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        && !(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static bool IsAny(string host) => host is "0.0.0.0" or "[::]" or "*" or "+";
}
