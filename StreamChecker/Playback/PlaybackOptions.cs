using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace StreamChecker.Playback;

/// <summary>The settings of playback tokens, from the configuration section <c>StreamChecker</c>.</summary>
public sealed class PlaybackOptions
{
    private const string Pem = "-----BEGIN";

    /// <summary>
    /// The private keys of playback tokens, separated by commas: each an EC key on the curve P-256 as PKCS #8, in PEM or base64. The first
    /// signs, all are published. Without keys there are no tokens.
    /// </summary>
    public string? PlaybackKeys { get; set; }

    /// <summary>The issuer in a token (<c>iss</c>), such as the URL of the service. Without it a token names none.</summary>
    public string? PlaybackIssuer { get; set; }

    internal IReadOnlyList<string> Keys => ListSetting.Split(PlaybackKeys);

    /// <summary>Reads one of the keys.</summary>
    /// <exception cref="CryptographicException">It is not a private EC key.</exception>
    /// <exception cref="ArgumentException">It is not PEM.</exception>
    /// <exception cref="FormatException">It is not base64.</exception>
    internal static ECDsa Import(string text)
    {
        var key = ECDsa.Create();
        if (text.StartsWith(Pem, StringComparison.Ordinal))
        {
            key.ImportFromPem(text);
        }
        else
        {
            key.ImportPkcs8PrivateKey(Convert.FromBase64String(text), out _);
        }

        return key;
    }
}

/// <summary>Rejects invalid settings at startup; the errors name them, and never contain a key.</summary>
internal sealed class PlaybackOptionsValidator(IOptions<StreamCheckerOptions> service) : IValidateOptions<PlaybackOptions>
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string NewKey = "`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | sed '/---/d' | tr -d '\\n'` generates a key.";

    private static readonly string Setting = SettingName.Of($"{StreamCheckerOptions.Section}:{nameof(PlaybackOptions.PlaybackKeys)}");

    public ValidateOptionsResult Validate(string? name, PlaybackOptions options) =>
        Error(options) is { } error ? ValidateOptionsResult.Fail(error) : ValidateOptionsResult.Success;

    private string? Error(PlaybackOptions options) =>
        options.PlaybackKeys is null ? null
        : ListSetting.KeysError(Setting, options.Keys) is { } error ? error
        : !service.Value.HasLease ? $"{Setting} requires a lease: a token ends with the lease of its stream, and StreamChecker__LeaseSeconds is 0."
        : Enumerable.Range(0, options.Keys.Count).FirstOrDefault(i => !IsKey(options.Keys[i]), -1) is >= 0 and var i
            ? $"{Setting}: key {i + 1} of {options.Keys.Count} is not a private EC key on P-256 as PKCS #8, in PEM or base64. {NewKey}"
        : null;

    private static bool IsKey(string text)
    {
        try
        {
            using var key = PlaybackOptions.Import(text);
            return key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value == P256;
        }
        catch (Exception invalid) when (invalid is CryptographicException or ArgumentException or FormatException)
        {
            return false;
        }
    }
}
