using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Cosmos;

/// <summary>Where the partitions are in Azure Cosmos DB, from the configuration section <c>StreamChecker:Cosmos</c>.</summary>
public sealed class CosmosOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = StreamCheckerOptions.Section + ":Cosmos";

    /// <summary>
    /// The account's endpoint, such as <c>https://my-account.documents.azure.com:443/</c>. It is entered with a managed
    /// identity; no key is needed. Either this or <see cref="ConnectionString"/>.
    /// </summary>
    public string? AccountEndpoint { get; set; }

    /// <summary>An emulator's connection string, for development: it holds a key.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The database's id.</summary>
    public string DatabaseName { get; set; } = StreamsContainer.Database;

    /// <summary>The container's id.</summary>
    public string ContainerName { get; set; } = StreamsContainer.Id;

    /// <summary>
    /// The client id of the user-assigned identity to enter with. Without one, the identity is what the environment offers:
    /// in Azure the system-assigned one, on a developer's machine the developer.
    /// </summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>
    /// Whether to make the database, the container and the stored procedure when the program starts, for development with
    /// an emulator. In Azure <c>infra</c> makes them, and the app has no right to.
    /// </summary>
    public bool Provision { get; set; }

    /// <summary>
    /// Whether the settings mean an account: any of the section does, an empty one too. Where they then name none, the program must not
    /// start: instances that were to share an account would each count alone.
    /// </summary>
    public static bool IsConfigured(IConfiguration configuration) => configuration.GetSection(Section).Exists();
}

/// <summary>Refuses settings that lead to no account, or to one in an unsafe way, by their names.</summary>
internal sealed class CosmosOptionsValidator : IValidateOptions<CosmosOptions>
{
    public ValidateOptionsResult Validate(string? name, CosmosOptions options) =>
        Flaw(options) is { } flaw ? ValidateOptionsResult.Fail(flaw) : ValidateOptionsResult.Success;

    private static string? Flaw(CosmosOptions options) => (options.AccountEndpoint, options.ConnectionString) switch
    {
        ("", null or "") => Empty(nameof(options.AccountEndpoint)),
        (null, "") => Empty(nameof(options.ConnectionString)),
        (null, null) =>
            $"Set {Setting(nameof(options.AccountEndpoint))} to the Cosmos DB account's endpoint, or, for an emulator, {Setting(nameof(options.ConnectionString))}.",
        ({ Length: > 0 }, { Length: > 0 }) =>
            $"Set either {Setting(nameof(options.AccountEndpoint))} or {Setting(nameof(options.ConnectionString))}, not both.",
        ({ Length: > 0 } endpoint, _) when !Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps =>
            $"{Setting(nameof(options.AccountEndpoint))} must be an https address.",
        ({ Length: > 0 }, _) when options.Provision =>
            $"{Setting(nameof(options.Provision))} is for an emulator with a connection string; in Azure the account is made by infra, and the app has no right to.",
        (_, { Length: > 0 } text) => FlawOfConnectionString(text),
        _ => null,
    };

    private static string Empty(string name) => $"{Setting(name)} is set but empty, as if a secret had not arrived.";

    private static string? FlawOfConnectionString(string text)
    {
        var setting = Setting(nameof(CosmosOptions.ConnectionString));
        DbConnectionStringBuilder parts;
        try
        {
            parts = new() { ConnectionString = text };
        }
        catch (ArgumentException)
        {
            return $"{setting} is not a connection string.";
        }

        if (!parts.TryGetValue("AccountEndpoint", out var endpoint) || !Uri.TryCreate(endpoint as string, UriKind.Absolute, out var uri)
            || !parts.TryGetValue("AccountKey", out var key))
        {
            return $"{setting} must have an AccountEndpoint and an AccountKey.";
        }

        if (!Convert.TryFromBase64String((string)key, new byte[((string)key).Length], out _))
        {
            return $"{setting} has an AccountKey that is not base64.";
        }

        return parts.ContainsKey("DisableServerCertificateValidation") && !uri.IsLoopback
            ? $"{setting} may leave out the check of the server's certificate for an emulator on this machine only."
            : null;
    }

    private static string Setting(string name) => SettingName.Of($"{CosmosOptions.Section}:{name}");
}
