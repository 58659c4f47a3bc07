using StreamChecker.Partitions;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>
/// Lets commands race: each runs on the same snapshot by a clock of its own, then they commit in a given order. One that
/// is rolled back runs again, as the limiter has it, until it is through. After every commit the promise is checked.
/// </summary>
internal sealed class RaceTrack(string procedure) : IDisposable
{
    private const int MostRacers = 3;
    private const long Apart = 3_600_000;

    private readonly ProcedureMachine setter = new(procedure);
    private readonly ProcedureMachine[] machines = [.. Enumerable.Range(0, MostRacers).Select(_ => new ProcedureMachine(procedure))];
    private readonly SnapshotPartition partition = new();
    private long now = Apart;

    /// <summary>Whether a command that is rolled back stays on its snapshot and takes the next slot. Nobody should.</summary>
    public bool TakesTheNextSlot { get; init; }

    /// <summary>How many races were run.</summary>
    public int Races { get; private set; }

    /// <summary>How many transactions were rolled back because another one was first.</summary>
    public int Conflicts { get; private set; }

    /// <summary>Runs a race. Returns what was broken; null where nothing was.</summary>
    public string? Run(RaceState state, params (StreamCommand Command, long Offset)[] racers)
    {
        var referee = Begin(state);
        var snapshot = partition.Committed;
        var running = racers.Select((racer, i) => machines[i].Run(snapshot, racer.Command, now + racer.Offset)).ToArray();
        return running.Select((transaction, i) => Finish(machines[i], transaction, referee)).FirstOrDefault(broken => broken is not null);
    }

    /// <summary>
    /// Runs a race in which the first command is slow: it has its snapshot before the others begin, and commits after
    /// they have run and committed, one after the other, each on a snapshot of its own.
    /// </summary>
    public string? RunOneSlow(RaceState state, params (StreamCommand Command, long Offset)[] racers)
    {
        var referee = Begin(state);
        var slow = machines[0].Run(partition.Committed, racers[0].Command, now + racers[0].Offset);
        for (var i = 1; i < racers.Length; i++)
        {
            var quick = machines[i].Run(partition.Committed, racers[i].Command, now + racers[i].Offset);
            if (Finish(machines[i], quick, referee) is { } broken)
            {
                return broken;
            }
        }

        return Finish(machines[0], slow, referee);
    }

    public void Dispose()
    {
        setter.Dispose();
        Array.ForEach(machines, machine => machine.Dispose());
    }

    private RaceReferee Begin(RaceState state)
    {
        Races++;
        now += Apart;
        partition.Clear();
        foreach (var (command, before) in state.Steps)
        {
            Assert.True(partition.TryCommit(setter.Run(partition.Committed, command, now - before)));
        }

        return new(partition);
    }

    private string? Finish(ProcedureMachine machine, SnapshotTransaction transaction, RaceReferee referee)
    {
        for (var attempt = 1; attempt < 10; attempt++)
        {
            var before = partition.Committed;
            if (partition.TryCommit(transaction))
            {
                return referee.Judge(transaction, before);
            }

            Conflicts++;
            transaction = TakesTheNextSlot
                ? machine.Run(transaction.Snapshot, transaction.Command, transaction.Now, ("skippedSlots", attempt))
                : machine.Run(partition.Committed, transaction.Command, transaction.Now);
        }

        return TakesTheNextSlot ? null : $"{transaction.Command} never got through.";
    }
}
