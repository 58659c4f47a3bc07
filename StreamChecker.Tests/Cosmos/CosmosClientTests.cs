using Azure.Identity;
using Microsoft.Azure.Cosmos;
using StreamChecker.Cosmos;
using StreamChecker.Embedded.Gateway;

namespace StreamChecker.Tests.Cosmos;

/// <summary>The one client of the program: how it enters, and how it talks.</summary>
public sealed class CosmosClientTests
{
    [Fact]
    public void AnEndpoint_IsEnteredWithoutAKeyInDirectMode()
    {
        using var client = CosmosClients.Create(new() { AccountEndpoint = "https://a.documents.azure.com:443/" });

        Assert.Equal(new Uri("https://a.documents.azure.com:443/"), client.Endpoint);
        Assert.Equal((ConnectionMode.Direct, false), (client.ClientOptions.ConnectionMode, client.ClientOptions.LimitToEndpoint));
    }

    [Fact]
    public void AConnectionString_IsAnEmulatorInGatewayMode()
    {
        using var client = CosmosClients.Create(new()
        {
            ConnectionString = $"AccountEndpoint=https://localhost:8081/;AccountKey={MasterKey.Emulators};DisableServerCertificateValidation=True",
        });

        Assert.Equal((ConnectionMode.Gateway, true), (client.ClientOptions.ConnectionMode, client.ClientOptions.LimitToEndpoint));
    }

    [Theory]
    [InlineData("https://a.documents.azure.com:443/", null)]
    [InlineData(null, $"AccountEndpoint=http://127.0.0.1:8081/;AccountKey={MasterKey.Emulators}")]
    public void Throttling_IsNotWaitedForByTheSdk(string? endpoint, string? connectionString)
    {
        using var client = CosmosClients.Create(new() { AccountEndpoint = endpoint, ConnectionString = connectionString });

        Assert.Equal(0, client.ClientOptions.MaxRetryAttemptsOnRateLimitedRequests);
    }

    [Fact]
    public void TheIdentity_IsTheNamedOne_OrWhatTheEnvironmentOffers()
    {
        Assert.IsType<ManagedIdentityCredential>(CosmosClients.Credential("9c4f2b8e-0000-4000-8000-000000000000"));
        Assert.IsType<DefaultAzureCredential>(CosmosClients.Credential(null));
        Assert.IsType<DefaultAzureCredential>(CosmosClients.Credential(""));
    }
}
