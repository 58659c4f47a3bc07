using System.Security.Cryptography;
using System.Text;

namespace StreamChecker.Server;

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
        var keys = (section.Value?.Split(',') ?? [])
            .Concat(section.GetChildren().Select(child => child.Value ?? ""))
            .Select(key => key.Trim())
            .Where(key => key.Length > 0)
            .ToList();
        hashes = [.. keys.Select(Hash)];
        if (section.Exists() && hashes.Length == 0)
        {
            throw new StartupException(
                $"{SettingName.Of(Setting)} is set but contains no key; a secret may be missing. Set a key, or remove the setting.");
        }

        if (keys.Find(key => key.Length < LeastLength) is { } shortKey)
        {
            throw new StartupException(
                $"{SettingName.Of(Setting)} contains a key of {shortKey.Length} characters; the minimum is {LeastLength}. `openssl rand -hex 32` generates a key.");
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
