using System.Text.RegularExpressions;

namespace StreamChecker;

/// <summary>
/// The name of a setting as an environment variable: <c>StreamChecker__LeaseSeconds</c> for the configuration key
/// <c>StreamChecker:LeaseSeconds</c>.
/// </summary>
public static partial class SettingName
{
    /// <summary>The environment variable of a configuration key.</summary>
    public static string Of(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>A message with its configuration keys replaced by environment variables.</summary>
    public static string In(string message) => Key().Replace(message, key => Of(key.Value));

    [GeneratedRegex($@"\b{StreamCheckerOptions.Section}(:\w+)+", RegexOptions.IgnoreCase)]
    private static partial Regex Key();
}
