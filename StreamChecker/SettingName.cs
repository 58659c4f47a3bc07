using System.Text.RegularExpressions;

namespace StreamChecker;

/// <summary>
/// The name of a setting as people write it: <c>StreamChecker__LeaseSeconds</c>, which is an environment variable's name, where
/// configuration says <c>StreamChecker:LeaseSeconds</c>.
/// </summary>
public static partial class SettingName
{
    /// <summary>The name for people.</summary>
    public static string Of(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>A message of the configuration system, with its settings named so.</summary>
    public static string In(string message) => Key().Replace(message, key => Of(key.Value));

    [GeneratedRegex($@"\b{StreamCheckerOptions.Section}(:\w+)+", RegexOptions.IgnoreCase)]
    private static partial Regex Key();
}
