namespace StreamChecker;

/// <summary>Settings that are lists, separated by commas, and what prevents the use of one that lists keys.</summary>
internal static class ListSetting
{
    private const char Separator = ',';

    /// <summary>The beginning of a reference to a secret, which Azure replaces by the secret.</summary>
    private const string KeyVaultReference = "@Microsoft.KeyVault";

    /// <summary>The entries, trimmed; none of a setting that is not set.</summary>
    public static string[] Split(string? value) =>
        value?.Split(Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The error of a setting that is set but from which a secret is missing; null if there is none. It contains no key.</summary>
    /// <param name="setting">The name of the setting.</param>
    /// <param name="keys">Its entries.</param>
    public static string? KeysError(string setting, IReadOnlyCollection<string> keys) =>
        keys.Count == 0 ? $"{setting} is set but contains no key; a secret may be missing. Set a key, or remove the setting."
        : keys.Any(key => key.StartsWith(KeyVaultReference, StringComparison.OrdinalIgnoreCase))
            ? $"{setting} is a Key Vault reference that was not resolved: the secret is missing, or the app's identity may not read it."
        : null;
}
