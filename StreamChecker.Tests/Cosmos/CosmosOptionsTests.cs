using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamChecker.Cosmos;

namespace StreamChecker.Tests.Cosmos;

/// <summary>Settings that lead to no account stop the program when it starts, by their names.</summary>
public sealed class CosmosOptionsTests
{
    private const string Key = "AccountKey=C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";

    [Theory]
    [InlineData(null, null, "Set StreamChecker__Cosmos__AccountEndpoint to the Cosmos DB account's endpoint, or, for an emulator, StreamChecker__Cosmos__ConnectionString")]
    [InlineData("", null, "StreamChecker__Cosmos__AccountEndpoint is set but empty")]
    [InlineData(null, "", "StreamChecker__Cosmos__ConnectionString is set but empty")]
    [InlineData("https://a.documents.azure.com", "AccountEndpoint=https://localhost:8081/;" + Key, "not both")]
    [InlineData("a.documents.azure.com", null, "StreamChecker__Cosmos__AccountEndpoint must be an https address")]
    [InlineData("http://a.documents.azure.com", null, "StreamChecker__Cosmos__AccountEndpoint must be an https address")]
    [InlineData(null, "nonsense", "StreamChecker__Cosmos__ConnectionString is not a connection string")]
    [InlineData(null, Key, "must have an AccountEndpoint and an AccountKey")]
    [InlineData(null, "AccountEndpoint=https://localhost:8081/;AccountKey=secret!", "has an AccountKey that is not base64")]
    [InlineData(null, "AccountEndpoint=https://a.documents.azure.com/;DisableServerCertificateValidation=True;" + Key, "emulator on this machine only")]
    public void SettingsThatLeadNowhere_AreNamed(string? endpoint, string? connectionString, string line)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(endpoint, connectionString));

        Assert.Contains(line, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProvisioningInAzure_IsRejected()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read("https://a.documents.azure.com", null, provision: true));

        Assert.Contains("StreamChecker__Cosmos__Provision is for an emulator", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://a.documents.azure.com:443/", null)]
    [InlineData(null, "AccountEndpoint=https://localhost:8081/;DisableServerCertificateValidation=True;" + Key)]
    [InlineData(null, "AccountEndpoint=http://127.0.0.1:8082/;" + Key)]
    public void SettingsThatLeadToAnAccount_AreTaken(string? endpoint, string? connectionString) =>
        Assert.Equal(("stream-checker", "streams"), (Read(endpoint, connectionString).DatabaseName, Read(endpoint, connectionString).ContainerName));

    [Fact]
    public void TheSampleSettings_AreTaken()
    {
        var sample = new ConfigurationBuilder().AddJsonFile(Path.Combine(RepositoryFiles.Root, "local.settings.sample.json")).Build();
        var connectionString = sample["Values:StreamChecker__Cosmos__ConnectionString"];

        Assert.Equal(connectionString, Read(null, connectionString).ConnectionString);
    }

    private static CosmosOptions Read(string? endpoint, string? connectionString, bool provision = false)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("StreamChecker:Cosmos:AccountEndpoint", endpoint), new("StreamChecker:Cosmos:ConnectionString", connectionString),
            new("StreamChecker:Cosmos:Provision", provision.ToString()),
        ]).Build();
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddCosmosStreamPartitions()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<CosmosOptions>>().Value;
    }
}
