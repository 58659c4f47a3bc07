using System.Reflection;
using InProcessCosmos.Gateway;
using StreamChecker.Cosmos;
using StreamChecker.Players;
using StreamChecker.Playback;
using StreamChecker.Server.Embedded;

namespace StreamChecker.Server;

/// <summary>The settings of the service. Any other setting below <c>StreamChecker</c> is an error, which would otherwise go unnoticed.</summary>
internal static class KnownSettings
{
    private const int LooksAlike = 3;

    /// <summary>Their configuration keys.</summary>
    public static IReadOnlyCollection<string> Names { get; } =
    [
        ApiKeys.Setting,
        .. Of<StreamCheckerOptions>(StreamCheckerOptions.Section),
        .. Of<PlaybackOptions>(StreamCheckerOptions.Section),
        .. Of<PlayerOptions>(StreamCheckerOptions.Section),
        .. Of<EmbeddedOptions>(StreamCheckerOptions.Section),
        .. Of<CosmosOptions>(CosmosOptions.Section),
        .. Of<CosmosGatewayOptions>(CosmosGatewaySettings.Section),
    ];

    /// <summary>Rejects settings of the service that are unknown or empty.</summary>
    /// <exception cref="StartupException">Settings are unknown or empty; the message names them all.</exception>
    public static void Check(IConfiguration configuration)
    {
        var errors = configuration.GetSection(StreamCheckerOptions.Section).AsEnumerable()
            .OrderBy(setting => setting.Key, StringComparer.Ordinal)
            .Select(setting => Error(configuration, setting.Key, setting.Value))
            .OfType<string>()
            .ToList();
        if (errors.Count > 0)
        {
            throw new StartupException(string.Join(' ', errors));
        }
    }

    /// <summary>Settings outside that section whose names resemble it.</summary>
    public static IEnumerable<string> Misspelled(IConfiguration configuration) =>
        from section in configuration.GetChildren()
        where !section.Key.Equals(StreamCheckerOptions.Section, StringComparison.OrdinalIgnoreCase)
        where section.Key.StartsWith(StreamCheckerOptions.Section, StringComparison.OrdinalIgnoreCase)
            || Nearest.Distance(section.Key, StreamCheckerOptions.Section) <= LooksAlike
        from setting in section.AsEnumerable()
        where setting.Value is not null
        select SettingName.Of(setting.Key);

    private static string? Error(IConfiguration configuration, string key, string? value)
    {
        var isEmpty = string.IsNullOrWhiteSpace(value);
        if (value is null || (isEmpty && IsSection(configuration, key)))
        {
            return null;
        }

        var isKnown = Names.Any(name => key.Equals(name, StringComparison.OrdinalIgnoreCase) || key.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return (isKnown, isEmpty) switch
        {
            (false, _) => $"{SettingName.Of(key)} is not a setting. Did you mean {SettingName.Of(Nearest.To(key, Names))}?",
            (_, true) => $"{SettingName.Of(key)} is set but empty; a secret or a variable may be missing. Set a value, or remove the setting.",
            _ => null,
        };
    }

    /// <summary>Some configuration sources also give sections a value.</summary>
    private static bool IsSection(IConfiguration configuration, string key) =>
        configuration.GetSection(key).GetChildren().Any() || Names.Any(name => name.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Of<TOptions>(string section) =>
        from property in typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true }
        select $"{section}:{property.Name}";
}

/// <summary>Suggests a name for a misspelled one.</summary>
internal static class Nearest
{
    /// <summary>The name with the smallest edit distance.</summary>
    public static string To(string given, IReadOnlyCollection<string> names) => names.MinBy(name => Distance(given, name))!;

    /// <summary>The case-insensitive Levenshtein distance.</summary>
    public static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[other.Length];
    }
}
