using System.Security.Cryptography;
using System.Text;

namespace StreamChecker.Server;

/// <summary>
/// The keys of the platform's backends, any of which opens the service: in the header <c>x-functions-key</c> or the query
/// parameter <c>code</c>, as Azure Functions takes them, so that a client moves between the hosts unchanged.
/// </summary>
internal sealed class ApiKeys
{
    public const string Setting = "StreamChecker:ApiKeys";

    private const string Header = "x-functions-key";
    private const string Query = "code";

    /// <summary>The fewest characters of a key: fewer can be guessed.</summary>
    private const int LeastLength = 16;

    private readonly byte[][] hashes;

    /// <summary>Reads the keys: one setting with commas between them, or one setting each (<c>ApiKeys:0</c>, ...).</summary>
    public ApiKeys(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        var keys = (section.Value?.Split(',') ?? [])
            .Concat(section.GetChildren().Select(child => child.Value ?? ""))
            .Select(key => key.Trim())
            .Where(key => key.Length > 0)
            .ToList();
        hashes = [.. keys.Select(Hash)];
        if (section.Exists() && hashes.Length == 0)
        {
            throw new StartupException(
                $"{SettingName.Of(Setting)} is set but holds no key, as if a secret had not arrived. Give it a key, or do not set it.");
        }

        if (keys.Find(key => key.Length < LeastLength) is { } shortKey)
        {
            throw new StartupException(
                $"{SettingName.Of(Setting)} holds a key of {shortKey.Length} characters; a key has at least {LeastLength}. `openssl rand -hex 32` makes a good one.");
        }
    }

    public bool Any => hashes.Length > 0;

    /// <summary>Whether a request carries one of the keys. How long that takes says nothing about them.</summary>
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

/// <summary>What a request has in the place of a key.</summary>
internal enum KeyCheck
{
    Opens,
    Missing,
    Wrong,
}
