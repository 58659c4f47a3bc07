using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StreamChecker.Cosmos;

namespace StreamChecker.Tests.Cosmos;

/// <summary>What happens between the start of a host and its first call.</summary>
public sealed class CosmosStartupTests : IAsyncLifetime
{
    private readonly Wire wire = new();
    private readonly PartitionInCosmos partition;

    public CosmosStartupTests() => partition = new(wire: wire);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task AfterTheStart_TheFirstCallIsOneRoundTrip()
    {
        await partition.StartAsHostAsync();
        wire.Forget();

        await partition.AdmitAsync();

        Assert.Single(wire.Passed);
        Assert.Empty(Warnings());
    }

    [Fact]
    public async Task WarmingUp_RunsTheProcedureOnce_AndLeavesNothing()
    {
        await partition.StartAsHostAsync();

        Assert.Equal(1, wire.Executions);
        Assert.Empty(await partition.ActiveAsync());
    }

    [Fact]
    public async Task WithSeveralPhysicalPartitions_SeveralAreProbed()
    {
        wire.Befallen = request => request.EndsWith("/pkranges", StringComparison.Ordinal);
        wire.Fault = async (next, _) =>
        {
            var response = await next();
            if (response.StatusCode == HttpStatusCode.OK)
            {
                const string ranges = """{"id":"0","minInclusive":"","maxExclusive":"1F"},{"id":"1","minInclusive":"1F","maxExclusive":"FF"}""";
                response.Content = new StringContent($$"""{"_rid":"AAAAAA==","PartitionKeyRanges":[{{ranges}}],"_count":2}""", Encoding.UTF8, "application/json");
            }

            return response;
        };
        await partition.StartAsHostAsync();

        Assert.Equal(8, wire.Executions);
    }

    [Fact]
    public async Task AnAccountThatHangs_HoldsUpTheWarmUpUntilTheDeadlineOnly_AndIsOneWarning()
    {
        await partition.StartAsHostAsync();
        wire.Fault = async (_, _) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
            throw new InvalidOperationException("Never comes back.");
        };
        var starting = partition.StartAsHostAsync();
        for (var step = 0; step < 600 && !starting.IsCompleted; step++)
        {
            partition.Pass(seconds: 0.1);
            await Task.WhenAny(starting, Task.Delay(10));
        }

        await starting;
        Assert.Contains("could not be warmed up", Assert.Single(Warnings()).Message, StringComparison.Ordinal);
    }

    private List<FakeLogRecord> Warnings() => [.. partition.Log.GetSnapshot()
        .Where(record => record.Category == typeof(CosmosStartup).FullName && record.Level >= LogLevel.Warning)];
}
