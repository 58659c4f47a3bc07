using StreamChecker.Reliability.Histories;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Faults;

/// <summary>The errors that the procedure throws are distinguished through the SDK, even after other errors.</summary>
public sealed class ProcedureErrorTests
{
    [Theory]
    [InlineData("streams conflict 412", 0)]
    [InlineData("streams conflict 409", 1)]
    public async Task ALostRace_IsAConflict(string thrown, int faultsBefore)
    {
        var response = await RunAsync($"throw new Error('{thrown}');", faultsBefore);

        Assert.Equal(new PartitionResult.Conflict(), response);
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

    private static async Task<PartitionResult> RunAsync(string statement, int faultsBefore)
    {
        var connection = new FaultyConnection(new Random(1))
        {
            OneIn = 1, AtMost = faultsBefore, Faults = [new(FaultKind.RetryWith, AfterCommit: false)],
        };
        await using var store = await PartitionInCosmos.OpenPatientAsync(connection, $"function streams(command) {{ {statement} }}");
        connection.History = new History(new(store.Time));

        var response = await store.Partitions.ExecuteAsync(new ListCommand { UserId = "anna" }, CancellationToken.None);

        Assert.Equal(faultsBefore, connection.Fired.Values.Sum());
        return response;
    }
}
