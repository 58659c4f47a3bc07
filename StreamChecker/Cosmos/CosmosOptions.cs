using Microsoft.Extensions.Configuration;
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
