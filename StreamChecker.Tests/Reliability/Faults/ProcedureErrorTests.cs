using Microsoft.Extensions.Logging.Abstractions;
using StreamChecker.Cosmos;
using StreamChecker.StoredProcedure;
using StreamChecker.Tests.Gateway;
using StreamChecker.Tests.Reliability.Histories;

namespace StreamChecker.Tests.Reliability.Faults;

/// <summary>What the procedure throws is told apart through the SDK, also where the SDK has met something else before.</summary>
public sealed class ProcedureErrorTests : IAsyncDisposable
{
    private readonly CosmosGatewayAccount account = new();

    public ValueTask DisposeAsync() => account.DisposeAsync();

    [Theory]
    [InlineData("streams conflict 412", 0)]
    [InlineData("streams conflict 409", 1)]
    public async Task ALostRace_IsAConflict(string thrown, int faultsBefore)
    {
        var answer = await RunAsync($"throw new Error('{thrown}');", faultsBefore);

        Assert.Equal(new PartitionResult.Conflict(), answer);
    }

    [Theory]
    [InlineData("throw new Error('streams busy 429');", 429)]
    [InlineData("throw new Error('streams busy 503: twice');", 503)]
    [InlineData("const error = new Error('Request rate is large'); error.number = 503; throw error;", 503)]
    public async Task APassingFailure_IsBusy(string statement, int number) =>
        Assert.Equal(new PartitionResult.Busy($"{number} inside the procedure"), await RunAsync(statement, faultsBefore: 0));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task AnythingElse_IsABug_InItsOwnWords(int faultsBefore)
    {
        var bug = await Assert.ThrowsAsync<StoredProcedureException>(() => RunAsync("command.nothing.here;", faultsBefore));

        Assert.Contains("TypeError", bug.Message, StringComparison.Ordinal);
    }

    private async Task<PartitionResult> RunAsync(string statement, int faultsBefore)
    {
        var connection = new FaultyConnection(new Random(1))
        {
            OneIn = 1, AtMost = faultsBefore, Faults = [new(FaultKind.RetryWith, AfterCommit: false)],
        };
        using var client = account.Connect(before: connection);
        var container = await account.StreamsAsync($"function streams(command) {{ {statement} }}");
        connection.History = new History(new(account.Time));

        var partitions = new CosmosStreamPartitions(
            client.GetContainer(container.Database.Id, container.Id), TimeSpan.FromSeconds(20), TimeProvider.System, NullLogger<CosmosStreamPartitions>.Instance);
        var answer = await partitions.ExecuteAsync(new ListCommand { UserId = "anna", DefaultLimit = 3 }, CancellationToken.None);

        Assert.Equal(faultsBefore, connection.Fired.Values.Sum());
        return answer;
    }
}
