using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using InProcessCosmos.Gateway;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Cosmos;
using StreamChecker.Server.Embedded;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Processes;

/// <summary>The Server, where the settings name an account of Cosmos DB.</summary>
public sealed partial class ServerOnCosmosTests : IDisposable
{
    private readonly TemporaryFolder accountFolder = new();
    private readonly TemporaryFolder unusedFolder = new();

    public void Dispose()
    {
        accountFolder.Dispose();
        unusedFolder.Dispose();
    }

    [Theory]
    [InlineData(Store.Cosmos, typeof(CosmosStreamPartitions))]
    [InlineData(Store.Embedded, typeof(EmbeddedStreamPartitions))]
    public async Task TheServer_UsesTheStoreThatItsSettingsName(Store store, Type partitions)
    {
        await using var server = new StreamServer().On(store);

        Assert.Equal(HttpStatusCode.OK, (await server.CreateClient().SendAsync(HttpMethod.Get, "/health/ready")).Status);
        Assert.IsType(partitions, server.Services.GetRequiredService<IStreamPartitions>());
    }

    [Fact]
    public async Task AnAccountWithoutTheProcedure_IsNotReady()
    {
        await using var server = new StreamServer().On(Store.Cosmos).With("Cosmos:Provision", false);
        using var client = server.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, "/health/live")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.SendAsync(HttpMethod.Get, "/health/ready")).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await client.StartAsync("anna")).Status);
    }

    /// <summary>One Server has the account, another serves from it, each a process of its own.</summary>
    [Fact]
    public async Task AnAccountThatIsKilled_IsAwayForAWhileAndHasForgottenNothing()
    {
        await using var account = await ServerProcess.StartAsync(accountFolder.Path, GatewayPort("0"));
        var address = account.Gateway;
        await using var server = await ServerProcess.StartAsync(
            unusedFolder.Path,
            ("StreamChecker__Cosmos__ConnectionString", $"AccountEndpoint={address};AccountKey={CosmosGatewayOptions.EmulatorKey}"),
            ("StreamChecker__Cosmos__Provision", "true"),
            ("StreamChecker__DeadlineSeconds", "1"),
            ("StreamChecker__LeaseSeconds", "3600"));
        using var client = server.CreateClient();
        var tv = (await StartAsync("TV")).Id;
        await StartAsync("Phone");
        await StartAsync("Tablet");

        await account.KillAsync();
        var away = await client.StartAsync("anna");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "outcome-unknown"), (away.Status, away.ProblemType));
        Assert.NotNull(away.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.SendAsync(HttpMethod.Get, "/health/ready")).Status);

        await using var reborn = await ServerProcess.StartAsync(accountFolder.Path, GatewayPort(address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(HttpStatusCode.Forbidden, (await StartAsync("Laptop")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PatientlyAsync(() => client.HeartbeatAsync(tv))).Status);
        Assert.Equal(["TV", "Phone", "Tablet"], (await PatientlyAsync(() => client.ListAsync("anna"))).Devices);
        Assert.Equal(HttpStatusCode.NoContent, (await PatientlyAsync(() => client.StopAsync(tv))).Status);
        Assert.Equal(HttpStatusCode.Created, (await StartAsync("Laptop")).Status);
        Assert.Empty(Directory.EnumerateFileSystemEntries(unusedFolder.Path));

        Task<ApiResponse> StartAsync(string device) => PatientlyAsync(() => client.StartAsync("anna", deviceName: device, idempotencyKey: device));
    }

    /// <summary>The account starts after the Server, which needs no restart.</summary>
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task AnAccountThatIsAwayAtTheStart_IsOneWarning_AndReadyOnceItResponds(string provision)
    {
        var port = FreePort();
        await using var server = await ServerProcess.StartAsync(
            unusedFolder.Path,
            ("StreamChecker__Cosmos__ConnectionString", $"AccountEndpoint=http://127.0.0.1:{port};AccountKey={CosmosGatewayOptions.EmulatorKey}"),
            ("StreamChecker__Cosmos__Provision", provision));
        using var client = server.CreateClient();
        await WaitForAsync(() => Task.FromResult(server.Output.Contains("warn: StreamChecker.Cosmos.CosmosStartup", StringComparison.Ordinal)));

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(HttpMethod.Get, "/health/live")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.SendAsync(HttpMethod.Get, "/health/ready")).Status);
        Assert.Single(Warning().Matches(server.Output));

        await using var account = await ServerProcess.StartAsync(accountFolder.Path, GatewayPort(port));
        if (provision == "false")
        {
            await using var provisioner = await ServerProcess.StartAsync(
                unusedFolder.Path,
                ("StreamChecker__Cosmos__ConnectionString", $"AccountEndpoint=http://127.0.0.1:{port};AccountKey={CosmosGatewayOptions.EmulatorKey}"),
                ("StreamChecker__Cosmos__Provision", "true"));
        }

        await WaitForAsync(async () => (await client.SendAsync(HttpMethod.Get, "/health/ready")).Status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Created, (await client.StartAsync("anna")).Status);
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "A minute has passed.");
            await Task.Delay(100);
        }
    }

    /// <summary>Makes a call as a backend should: again after a 503. On a busy machine a second may be too short for the first call.</summary>
    private static async Task<ApiResponse> PatientlyAsync(Func<Task<ApiResponse>> call)
    {
        for (var patience = 60; ; patience--)
        {
            var response = await call();
            if (response.Status != HttpStatusCode.ServiceUnavailable || patience == 0)
            {
                return response;
            }

            await Task.Delay(response.RetryAfter!.Value);
        }
    }

    private static (string, string) GatewayPort(string port) => ("StreamChecker__CosmosGateway__Port", port);

    [GeneratedRegex("warn: StreamChecker.Cosmos.CosmosStartup")]
    private static partial Regex Warning();
}
