using StreamChecker.Reliability.Histories;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Workloads;

/// <summary>With any concurrent callers, every user's calls are linearizable.</summary>
public sealed class WorkloadTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Store.Embedded, false)]
    [InlineData(Store.Embedded, true)]
    [InlineData(Store.Cosmos, false)]
    public async Task ManyCallersOfOneUser_AreLinearizable(Store kind, bool overSocket) =>
        await RunAsync(kind, overSocket, rounds: 20, users: 1, callers: 8, callsEach: 4);

    [Theory]
    [InlineData(Store.Embedded)]
    [InlineData(Store.Cosmos)]
    public async Task ManyUsers_AreLinearizableEach(Store kind) =>
        await RunAsync(kind, overSocket: false, rounds: 5, users: 12, callers: 12, callsEach: 14);

    private async Task RunAsync(Store kind, bool overSocket, int rounds, int users, int callers, int callsEach)
    {
        output.WriteLine($"seed {Effort.Seed}");
        var random = new Random(Effort.Seed);
        await using var service = await ServiceUnderTest.OpenAsync(kind, overSocket);
        var verdict = new HistoryVerdict(0, 0, 0, 0, 0);
        for (var round = 0; round < Effort.Times(rounds); round++)
        {
            var history = new History(service.Clock);
            var workload = new StreamWorkload(service.Client, history, $"user {round}") { Users = users, Callers = callers, CallsEach = callsEach };
            await workload.RunAsync(random);
            verdict += history.Check();
        }

        output.WriteLine(verdict.ToString());
    }
}
