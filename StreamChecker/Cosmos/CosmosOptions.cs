using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Cosmos;

/// <summary>The Cosmos DB account and container, from the configuration section <c>StreamChecker:Cosmos</c>.</summary>
public sealed class CosmosOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = StreamCheckerOptions.Section + ":Cosmos";

    /// <summary>
    /// The account's endpoint, such as <c>https://my-account.documents.azure.com:443/</c>. It is accessed with a managed
    /// identity, without a key. Either this or <see cref="ConnectionString"/>.
    /// </summary>
    public string? AccountEndpoint { get; set; }

    /// <summary>The connection string of an emulator, with its key, for development.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The database's id.</summary>
    public string DatabaseName { get; set; } = StreamsContainer.Database;

    /// <summary>The container's id.</summary>
    public string ContainerName { get; set; } = StreamsContainer.Id;

    /// <summary>
    /// The client ID of the user-assigned identity. Without one, <c>DefaultAzureCredential</c> decides: in Azure the system-assigned
    /// identity, on a developer's machine the developer.
    /// </summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>
    /// Whether to create the database, the container and the stored procedure at startup, for development with an emulator. In Azure
    /// <c>infra</c> creates them, and the app has no permission to.
    /// </summary>
    public bool Provision { get; set; }

    /// <summary>
    /// Whether any setting of the section exists, even an empty one. If they then name no account, the program must not start: instances
    /// that should share an account would count separately.
    /// </summary>
    public static bool IsConfigured(IConfiguration configuration) => configuration.GetSection(Section).Exists();
}

/// <summary>Rejects settings that name no account or an unsafe connection; the errors name the settings.</summary>
internal sealed class CosmosOptionsValidator : IValidateOptions<CosmosOptions>
{
    public ValidateOptionsResult Validate(string? name, CosmosOptions options) =>
        Error(options) is { } error ? ValidateOptionsResult.Fail(error) : ValidateOptionsResult.Success;

    private static string? Error(CosmosOptions options) => (options.AccountEndpoint, options.ConnectionString) switch
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
            $"{Setting(nameof(options.Provision))} is for an emulator with a connection string; in Azure, infra creates the account, and the app has no permission to.",
        (_, { Length: > 0 } text) => ConnectionStringError(text),
        _ => null,
    };

    private static string Empty(string name) => $"{Setting(name)} is set but empty; a secret may be missing.";

    private static string? ConnectionStringError(string text)
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
            ? $"{setting} may disable the validation of the server's certificate for an emulator on this machine only."
            : null;
    }

    private static string Setting(string name) => SettingName.Of($"{CosmosOptions.Section}:{name}");
}
