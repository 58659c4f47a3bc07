using System.Collections.Concurrent;
using StreamChecker.Reliability.Procedures;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>Every order of begins and commits, of every combination of the given number of commands, in every state.</summary>
internal sealed record Search(string Name, int Count, ClockMode Clock, IReadOnlyList<NamedCommand> Commands, IReadOnlyList<InitialState> States)
{
    public StoreRules Store { get; init; } = new();

    /// <summary>Whether only sets with a retry or a removal count: the others belong to another search.</summary>
    public bool OnlyRetries { get; init; }

    /// <summary>Whether the store removes what is due, at any moment.</summary>
    public bool Removals { get; init; }

    /// <summary>Searches all of it, on every core.</summary>
    public Findings Run(PartitionFormat format, CancellationToken cancellationToken = default)
    {
        var total = new Findings();
        using var scripts = new ThreadLocal<SnapshotScript>(() => new(format.Procedure), trackAllValues: true);
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
            Parallel.ForEach(Partitioner.Create(States, EnumerablePartitionerOptions.NoBuffering), options, state =>
            {
                var found = Run(scripts.Value!, format, state);
                lock (total)
                {
                    total.Add(found);
                }
            });
        }
        finally
        {
            foreach (var script in scripts.Values)
            {
                script.Dispose();
            }
        }

        return total;
    }

    /// <summary>Searches state after state, the smallest first, up to one in which the promise is broken in this way.</summary>
    public Findings RunUntilBroken(PartitionFormat format, string kind)
    {
        var total = new Findings();
        using var script = new SnapshotScript(format.Procedure);
        foreach (var state in States)
        {
            total.Add(Run(script, format, state));
            if (total.Smallest(kind) is not null)
            {
                break;
            }
        }

        return total;
    }

    private Findings Run(SnapshotScript script, PartitionFormat format, InitialState state)
    {
        var before = script.Runs;
        var findings = new Findings();
        var world = new World(script, format, Store, state);
        var commands = Removals
            ? [.. Commands, .. world.Beginning.Documents.Where(InitialState.IsDue).Select(document => Interleavings.Commands.Removal(document.Id))]
            : Commands;
        foreach (var chosen in Sets(commands, 0, Count))
        {
            if (IsWorthSearching(chosen))
            {
                new Schedules(world, Clock, chosen, findings).Search();
            }
        }

        findings.Runs = script.Runs - before;
        return findings;
    }

    private bool IsWorthSearching(NamedCommand[] chosen)
    {
        if (Removals && chosen.All(command => command.Removed is null)
            || OnlyRetries && chosen.Where(command => command.Order is not null).Distinct().Count() == chosen.Length
            || chosen.GroupBy(command => command.Removed).Any(removals => removals.Key is not null && removals.Count() > 1))
        {
            return false;
        }

        // The second command of an erase is sent only where no other try of the first may still take effect.
        if (chosen.Count(command => command.Order is EraseCommand) > 1 && chosen.Any(command => command.Order is ForgetCommand))
        {
            return false;
        }

        // A stream that no command starts cannot be named.
        return chosen.All(command => command.Stream is not { } key || key[0] == 'r' || chosen.Any(start => start.Retries == "start " + key));
    }

    private static IEnumerable<NamedCommand[]> Sets(IReadOnlyList<NamedCommand> commands, int from, int count) => count == 0
        ? [[]]
        : Enumerable.Range(from, commands.Count - from).SelectMany(first => Sets(commands, first, count - 1).Select(rest => (NamedCommand[])[commands[first], .. rest]));
}

/// <summary>What the clocks may show when a transaction begins, in milliseconds from the moment at which a search begins.</summary>
/// <param name="Name">Names it in what a search prints.</param>
/// <param name="Offsets">What they may show.</param>
/// <param name="Kind">In which order.</param>
internal sealed record ClockMode(string Name, long[] Offsets, ClockKind Kind)
{
    public static readonly ClockMode OneMoment = new("one moment", [0], ClockKind.Steady);
    public static readonly ClockMode OneClock = new("one clock, 0, +1 ms, +4999 ms", [0, 1, 4999], ClockKind.Steady);
    public static readonly ClockMode Skewed = new("clocks 2.5 s off, in any order", [-2500, 0, 1, 2500], ClockKind.Many);
    public static readonly ClockMode Back = new("a step back of 25 s", [0, -25_000], ClockKind.OneStep);
    public static readonly ClockMode BackALease = new("a step back of a lease", [0, -Commands.LeaseMs], ClockKind.OneStep);
    public static readonly ClockMode Forward = new("a step forward of 25 s", [0, 25_000], ClockKind.OneStep);
    public static readonly ClockMode ForwardALease = new("a step forward of a lease", [0, Commands.LeaseMs - 2], ClockKind.OneStep);

    public static readonly ClockMode[] Steps = [Back, BackALease, Forward, ForwardALease];

    public static readonly ClockMode[] All = [OneMoment, OneClock, Skewed, .. Steps];

    /// <summary>Whether a clock that last showed one of the offsets may now show another.</summary>
    public bool Allows(long offset, long last) => Kind switch
    {
        ClockKind.Steady => offset >= last,
        ClockKind.OneStep => last == 0 || offset == last,
        _ => true,
    };
}

internal enum ClockKind
{
    /// <summary>One clock, which never goes back.</summary>
    Steady,

    /// <summary>One clock, which steps once.</summary>
    OneStep,

    /// <summary>Each transaction reads a clock of its own.</summary>
    Many,
}
