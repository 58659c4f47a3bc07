using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StreamChecker.Http;

namespace StreamChecker.Server;

/// <summary>Requires an API key if any are configured; otherwise accepts loopback callers only.</summary>
internal static class KeyGuard
{
    // Almost all requests have the same Host header.
    private static string? lastAccepted;

    public static void AddKeyGuard(this WebApplicationBuilder builder)
    {
        var keys = new ApiKeys(builder.Configuration);
        builder.Services.AddSingleton(keys);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            if (!keys.Any)
            {
                RejectAllButLoopback(endpoint);
            }

            endpoint.ApplicationServices.GetRequiredService<Stopping>().Watch(endpoint);
        }));
    }

    public static void UseKeyGuard(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<ApiKeys>();
        var rejected = app.Services.GetRequiredService<IMeterFactory>().Create(StreamTelemetry.Name)
            .CreateCounter<long>("stream_checker.keys.rejected", "{call}", "Requests without a key or with a wrong key.");
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                return next(context);
            }

            if (keys.Any && keys.Check(context.Request) is not KeyCheck.Opens and var check)
            {
                rejected.Add(1, new KeyValuePair<string, object?>("stream_checker.cause", check == KeyCheck.Missing ? "missing" : "wrong"));
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "FunctionsKey";
                return StreamApi.WriteProblemAsync(context);
            }

            if (!keys.Any && !NamesThisMachine(context.Request.Host))
            {
                context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
                return StreamApi.WriteProblemAsync(context);
            }

            return next(context);
        });
    }

    /// <summary>Protects against DNS rebinding: a page in a browser on this machine would send its own host name.</summary>
    private static bool NamesThisMachine(HostString host)
    {
        if (!host.HasValue || host.Value == Volatile.Read(ref lastAccepted))
        {
            return true;
        }

        var isThisMachine = host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        if (isThisMachine)
        {
            Volatile.Write(ref lastAccepted, host.Value);
        }

        return isThisMachine;
    }

    private static void RejectAllButLoopback(ListenOptions listen)
    {
        if (listen.IPEndPoint is { } endpoint && !IPAddress.IsLoopback(endpoint.Address))
        {
            throw new StartupException(
                $"Without keys the Server listens on loopback only, not on {endpoint}: any client could end streams. " +
                $"Set StreamChecker__ApiKeys.");
        }
    }
}

/// <summary>
/// The API keys, in the header <c>x-functions-key</c> or the query parameter <c>code</c>, as in Azure Functions, so that clients work
/// unchanged with both hosts.
/// </summary>
internal sealed class ApiKeys
{
    public const string Setting = "StreamChecker:ApiKeys";

    private const string Header = "x-functions-key";
    private const string Query = "code";

    /// <summary>The minimum number of characters: shorter keys can be guessed.</summary>
    private const int LeastLength = 16;

    private readonly byte[][] hashes;

    /// <summary>Reads the keys: one comma-separated setting, or one setting each (<c>ApiKeys:0</c>, ...).</summary>
    public ApiKeys(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        var setting = SettingName.Of(Setting);
        List<string> keys =
        [
            .. ListSetting.Split(section.Value),
            .. section.GetChildren().Select(child => child.Value?.Trim() ?? "").Where(key => key.Length > 0),
        ];
        hashes = [.. keys.Select(Hash)];
        if (section.Exists() && ListSetting.KeysError(setting, keys) is { } error)
        {
            throw new StartupException(error);
        }

        if (keys.Find(key => key.Length < LeastLength) is { } shortKey)
        {
            throw new StartupException(
                $"{setting} contains a key of {shortKey.Length} characters; the minimum is {LeastLength}. `openssl rand -hex 32` generates a key.");
        }
    }

    public bool Any => hashes.Length > 0;

    /// <summary>Checks the key of a request, in constant time.</summary>
    public KeyCheck Check(HttpRequest request)
    {
        var given = request.Headers[Header] is [{ } header, ..] ? header : request.Query[Query].FirstOrDefault();
        if (given is null)
        {
            return KeyCheck.Missing;
        }

        var hash = Hash(given);
        var found = false;
        foreach (var known in hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(known, hash);
        }

        return found ? KeyCheck.Opens : KeyCheck.Wrong;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

/// <summary>The result of a key check.</summary>
internal enum KeyCheck
{
    Opens,
    Missing,
    Wrong,
}
