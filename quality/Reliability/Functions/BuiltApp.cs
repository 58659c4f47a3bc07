using InProcessCosmos.Gateway;
using StreamChecker.Reliability.Functions.Host;
using StreamChecker.Tests.Http;

namespace StreamChecker.Reliability.Functions;

/// <summary>The built Functions app behind the host, on an account behind the Server's gateway: three processes, shared by the tests that need them.</summary>
public sealed class BuiltApp : IAsyncLifetime
{
    /// <summary>An origin from which players may call.</summary>
    public const string Origin = "https://watch.example";

    private static readonly (string Name, string Value)[] OfPlayers =
    [
        ("StreamChecker__PlayerKeys", PrivacyTests.PlayerKey), ("StreamChecker__AllowedOrigins", Origin), ("StreamChecker__PublicUrl", "https://streams.example"),
    ];

    private readonly TemporaryFolder folder = new();

    internal FunctionsHost Host { get; private set; } = null!;

    /// <summary>The way from the app to its account.</summary>
    internal StoreGate Store { get; private set; } = null!;

    /// <summary>The Server whose gateway the account is; it serves the same streams itself.</summary>
    internal ServerProcess Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await ServerProcess.StartAsync(folder.Path, [("StreamChecker__CosmosGateway__Port", "0"), ("StreamChecker__ApiKeys", FunctionsHost.Key), .. OfPlayers]);
        Store = await StoreGate.StartAsync(Server.Gateway);
        Host = await StartAsync([("StreamChecker__DeadlineSeconds", "30"), ("StreamChecker__Console", "true"), ("StreamChecker__Demo", "true"), .. OfPlayers]);
    }

    /// <summary>Starts another worker of the app, on the same account.</summary>
    internal Task<FunctionsHost> StartAsync(params IReadOnlyList<(string Name, string Value)> settings) => FunctionsHost.StartAsync(
    [
        ("StreamChecker__Cosmos__ConnectionString", $"AccountEndpoint={Store.Address};AccountKey={CosmosGatewayOptions.EmulatorKey}"),
        ("StreamChecker__Cosmos__Provision", "true"),
        .. settings,
    ]);

    /// <summary>A client of the Server, with its key.</summary>
    internal HttpClient CreateServerClient()
    {
        var client = Server.CreateClient();
        client.DefaultRequestHeaders.Add("x-functions-key", FunctionsHost.Key);
        return client;
    }

    /// <summary>A user that no other test has.</summary>
    internal static string NewUser() => $"user {Guid.NewGuid()}";

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Store.DisposeAsync();
        await Server.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>The tests that share it, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BuiltAppTests : ICollectionFixture<BuiltApp>
{
    public const string Name = "the built Functions app";
}
