using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace StreamChecker.Players;

/// <summary>The settings of the calls that players make themselves, from the configuration section <c>StreamChecker</c>.</summary>
public sealed class PlayerOptions
{
    /// <summary>
    /// The keys of the players' tokens, separated by commas: each 32 random bytes in base64. The first encrypts, all decrypt. Without
    /// keys there are no tokens.
    /// </summary>
    public string? PlayerKeys { get; set; }

    /// <summary>How long a token is valid, in seconds. 60 to 2,592,000 (30 days) and more than twice the heartbeat interval; one day by default.</summary>
    public int PlayerTokenLifetimeSeconds { get; set; } = 86_400;

    /// <summary>
    /// The origins of the pages whose players may call the service from a browser, separated by commas, such as
    /// <c>https://watch.example</c>; <c>*</c> for every origin. None by default.
    /// </summary>
    public string? AllowedOrigins { get; set; }

    /// <summary>
    /// The URL of the service as players see it, such as <c>https://streams.example</c>, with the path prefix if there is one. By default
    /// that of the request.
    /// </summary>
    [SuppressMessage("Design", "CA1056:URI-like properties should not be strings", Justification = "Validated at startup, where the message names the setting.")]
    public string? PublicUrl { get; set; }

    internal IReadOnlyList<string> Keys => ListSetting.Split(PlayerKeys);

    internal IReadOnlyList<string> Origins => ListSetting.Split(AllowedOrigins);

    internal TimeSpan TokenLifetime => TimeSpan.FromSeconds(PlayerTokenLifetimeSeconds);
}

/// <summary>Rejects invalid settings at startup; the errors name them, and never contain a key.</summary>
internal sealed class PlayerOptionsValidator(IOptions<StreamCheckerOptions> service) : IValidateOptions<PlayerOptions>
{
    private const int Minute = 60;
    private const int ThirtyDays = 2_592_000;

    public ValidateOptionsResult Validate(string? name, PlayerOptions options)
    {
        string?[] errors =
        [
            KeysError(options),
            LifetimeError(options.PlayerTokenLifetimeSeconds),
            .. options.Origins.Select(OriginError),
            PublicUrlError(options.PublicUrl),
        ];
        var failures = errors.OfType<string>().ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string? KeysError(PlayerOptions options)
    {
        var setting = Setting(nameof(options.PlayerKeys));
        if (options.PlayerKeys is null)
        {
            return null;
        }

        if (ListSetting.KeysError(setting, options.Keys) is { } error)
        {
            return error;
        }

        for (var i = 0; i < options.Keys.Count; i++)
        {
            if (!Base64.IsValid(options.Keys[i], out var length) || length != PlayerTokens.KeySize)
            {
                return $"{setting}: key {i + 1} of {options.Keys.Count} is not {PlayerTokens.KeySize} bytes in base64. `openssl rand -base64 {PlayerTokens.KeySize}` generates a key.";
            }
        }

        return options.Keys.Distinct(StringComparer.Ordinal).Count() < options.Keys.Count ? $"{setting} contains the same key twice." : null;
    }

    private string? LifetimeError(int lifetime)
    {
        var setting = Setting(nameof(PlayerOptions.PlayerTokenLifetimeSeconds));
        if (lifetime is < Minute or > ThirtyDays)
        {
            return $"{setting} is {lifetime}; it must be from {Minute} to {ThirtyDays}.";
        }

        // A token is renewed by the first heartbeat in the second half of its life.
        var interval = Math.Max(service.Value.HeartbeatIntervalSeconds, service.Value.RelaxedHeartbeatIntervalSeconds);
        return service.Value.HasLease && lifetime <= interval * 2L
            ? $"{setting} is {lifetime}; it must be more than twice the longest heartbeat interval, which is {interval}."
            : null;
    }

    private static string? OriginError(string origin) =>
        origin == PlayerOrigins.Any || (IsHttp(origin, out var uri) && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase))
            ? null
            : $"{Setting(nameof(PlayerOptions.AllowedOrigins))} contains '{origin}', which is not an origin such as https://watch.example or http://localhost:8080.";

    private static string? PublicUrlError(string? url) =>
        url is null || (IsHttp(url, out var uri) && uri is { Query: "", Fragment: "", UserInfo: "" })
            ? null
            : $"{Setting(nameof(PlayerOptions.PublicUrl))} is '{url}'; it must be a URL such as https://streams.example, without a query.";

    private static bool IsHttp(string text, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private static string Setting(string name) => SettingName.Of($"{StreamCheckerOptions.Section}:{name}");
}
