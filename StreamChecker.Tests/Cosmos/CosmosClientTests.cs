using Azure.Identity;
using InProcessCosmos.Gateway;
using Microsoft.Azure.Cosmos;
using StreamChecker.Cosmos;

namespace StreamChecker.Tests.Cosmos;

/// <summary>The one client of the program: how it enters, and how it talks.</summary>
public sealed class CosmosClientTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    [Fact]
    public void AnEndpoint_IsEnteredWithoutAKeyInDirectMode()
    {
        using var client = CosmosClients.Create(new() { AccountEndpoint = "https://a.documents.azure.com:443/" }, Deadline);

        Assert.Equal(new Uri("https://a.documents.azure.com:443/"), client.Endpoint);
        Assert.Equal((ConnectionMode.Direct, false), (client.ClientOptions.ConnectionMode, client.ClientOptions.LimitToEndpoint));
    }

    [Fact]
    public void AConnectionString_IsAnEmulatorInGatewayMode()
    {
        using var client = CosmosClients.Create(new()
        {
            ConnectionString = $"AccountEndpoint=https://localhost:8081/;AccountKey={CosmosGatewayOptions.EmulatorKey};DisableServerCertificateValidation=True",
        }, Deadline);

        Assert.Equal((ConnectionMode.Gateway, true), (client.ClientOptions.ConnectionMode, client.ClientOptions.LimitToEndpoint));
    }

    [Theory]
    [InlineData("https://a.documents.azure.com:443/", null)]
    [InlineData(null, $"AccountEndpoint=http://127.0.0.1:8081/;AccountKey={CosmosGatewayOptions.EmulatorKey}")]
    public void Throttling_IsNotWaitedForByTheSdk(string? endpoint, string? connectionString)
    {
        using var client = CosmosClients.Create(new() { AccountEndpoint = endpoint, ConnectionString = connectionString }, Deadline);

        Assert.Equal(0, client.ClientOptions.MaxRetryAttemptsOnRateLimitedRequests);
    }

    /// <summary>Of a time below a second the SDK in direct mode would make none.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(60, 20)]
    public void ARequestThatHangs_IsGivenUpInAThirdOfTheDeadline_InWholeSeconds(int deadline, int seconds)
    {
        using var client = CosmosClients.Create(new() { AccountEndpoint = "https://a.documents.azure.com:443/" }, TimeSpan.FromSeconds(deadline));

        Assert.Equal(TimeSpan.FromSeconds(seconds), client.ClientOptions.RequestTimeout);
        Assert.Equal(TimeSpan.FromSeconds(1), client.ClientOptions.OpenTcpConnectionTimeout);
    }

    /// <summary>Why a try is bounded outside of the SDK.</summary>
    [Fact]
    public void InGatewayMode_TheSdkAloneWouldWaitForAMinute()
    {
        var http = new HttpClient();
        using var client = CosmosClients.Create(
            new() { ConnectionString = $"AccountEndpoint=http://127.0.0.1:8081/;AccountKey={CosmosGatewayOptions.EmulatorKey}" }, Deadline, () => http);

        Assert.Equal(TimeSpan.FromSeconds(2), client.ClientOptions.RequestTimeout);
        Assert.Equal(TimeSpan.FromSeconds(65), http.Timeout);
    }

    [Fact]
    public void TheIdentity_IsTheNamedOne_OrWhatTheEnvironmentOffers()
    {
        Assert.IsType<ManagedIdentityCredential>(CosmosClients.Credential("9c4f2b8e-0000-4000-8000-000000000000"));
        Assert.IsType<DefaultAzureCredential>(CosmosClients.Credential(null));
        Assert.IsType<DefaultAzureCredential>(CosmosClients.Credential(""));
    }
}
