using System.Diagnostics;
using Spectre.Console;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Comparison;

/// <summary>One comparison: who takes part, who was skipped and why, and every measurement.</summary>
internal sealed class InterleavedRounds(CompareOptions options) : IAsyncDisposable
{
    private const int RacesEach = 5;
    private const int ListedEach = 50;

    // Every start of every round is some user's first: each contender gets its own stretch of the numbers.
    private const long UsersPerRun = 1_000_000;

    private readonly List<Contender> taking = [];
    private readonly List<string> skipped = [];
    private readonly List<Measurement> measurements = [];
    private readonly List<string> wrong = [];
    private readonly Dictionary<string, int[]> races = [];
    private readonly Dictionary<string, long> nextUser = [];

    public async Task RunAsync(ProgressContext progress, CancellationToken cancellationToken)
    {
        foreach (var contender in CompareCommand.Contenders(options))
        {
            var starting = progress.AddTask(Markup.Escape($"fill {contender.Name}"));
            if (await contender.WhyMissingAsync(cancellationToken) is { } reason)
            {
                skipped.Add($"{contender.Name}: {reason}");
                starting.Description = Markup.Escape($"skipped: {contender.Name}: {reason}");
                await contender.DisposeAsync();
            }
            else
            {
                taking.Add(contender);
                await contender.StartAsync(options.Seed, part => starting.Value = part * 100, cancellationToken);
                Pause(contender);
            }

            starting.Value = starting.MaxValue;
        }

        var warming = progress.AddTask("warm up", maxValue: taking.Count);
        foreach (var contender in options.WarmUpSeconds > 0 ? taking : [])
        {
            await WarmUpAsync(contender, cancellationToken);
            warming.Increment(1);
        }

        var plans = Plans().ToList();
        var measuring = progress.AddTask("measure", maxValue: plans.Count);
        foreach (var (contender, connections, mix, round, halfLoad) in plans)
        {
            measuring.Description = Markup.Escape($"{contender.Name}: {mix}, {connections} connections, round {round + 1}{(halfLoad ? ", half load" : "")}");
            await MeasureAsync(contender, connections, mix, round, halfLoad, cancellationToken);
            measuring.Increment(1);
        }

        var racing = progress.AddTask("races", maxValue: taking.Count);
        foreach (var contender in taking)
        {
            await RaceAsync(contender, cancellationToken);
            racing.Increment(1);
        }
    }

    public ComparisonReport Report() => new(
        options, [.. taking.Select(contender => new ContenderFacts(contender.Key, contender.Name, contender.Version))], skipped, measurements, races, wrong);

    public async ValueTask DisposeAsync()
    {
        foreach (var contender in taking)
        {
            await contender.DisposeAsync();
        }
    }

    /// <summary>Round by round, and in each round everybody: what the machine does meanwhile hits all alike.</summary>
    private IEnumerable<(Contender Contender, int Connections, MixKind Mix, int Round, bool HalfLoad)> Plans() =>
        from round in Enumerable.Range(0, options.Rounds)
        from connections in options.Connections
        from plan in Plans(round, connections)
        select plan;

    private IEnumerable<(Contender Contender, int Connections, MixKind Mix, int Round, bool HalfLoad)> Plans(int round, int connections)
    {
        // The original takes seconds a request; it is measured once, with fewer connections than all others.
        var once = round == 0 && connections == options.Connections[0];
        foreach (var mix in Enum.GetValues<MixKind>())
        {
            foreach (var contender in taking.Where(contender => contender.Mixes.Contains(mix) && (once || contender is not OriginalContender)))
            {
                yield return (contender, connections, mix, round, false);
            }
        }

        foreach (var contender in taking.Where(contender => contender is EmbeddedContender or LuaContender or PostgresContender or CeilingContender))
        {
            yield return (contender, connections, MixKind.Starts, round, true);
        }
    }

    private async Task WarmUpAsync(Contender contender, CancellationToken cancellationToken)
    {
        Resume(contender);
        foreach (var mix in contender.Mixes)
        {
            // The starts' code is most of what there is to warm; the others add their own part.
            var seconds = mix == MixKind.Starts ? options.WarmUpSeconds : options.WarmUpSeconds / 3;
            var plan = Plan(contender, options.Connections[0], mix, seconds) with { WarmUpSeconds = 0 };
            var result = await LoadGenerator.RunAsync(plan, cancellationToken);
            Note(contender, plan, result);
        }

        Pause(contender);
    }

    private LoadPlan Plan(Contender contender, int connections, MixKind mix, double seconds)
    {
        var run = nextUser.GetValueOrDefault(contender.Key);
        nextUser[contender.Key] = run + 1;
        return new()
        {
            Port = contender.Port,
            Mix = mix,
            Seconds = seconds,
            WarmUpSeconds = options.LeadSeconds,
            First = run * UsersPerRun,
            Seeded = mix == MixKind.Heartbeats ? options.Seed.Live : options.Seed.Full,
            Connections = contender is OriginalContender ? 16 : connections,
            RespondsAlike = !contender.Counts,
        };
    }

    private void Note(Contender contender, LoadPlan plan, LoadResult result)
    {
        if (result.Wrong > 0)
        {
            wrong.Add($"{contender.Name}, {plan.Mix}: {result.Wrong} of {result.Responses} responses, the first: {result.FirstWrong}");
        }
    }

    private async Task MeasureAsync(Contender contender, int connections, MixKind mix, int round, bool halfLoad, CancellationToken cancellationToken)
    {
        var plan = Plan(contender, connections, mix, options.Seconds) with { Rate = halfLoad ? MedianThroughput(contender.Key, connections, mix) / 2 : 0 };
        Resume(contender);
        var cpu = ProcessTree.Cpu(contender.ProcessIds);
        var result = await LoadGenerator.RunAsync(plan, cancellationToken);
        cpu = (ProcessTree.Cpu(contender.ProcessIds) - cpu) / Math.Max(1, result.Responses);
        measurements.Add(new(contender.Key, connections, mix, halfLoad, round, result, cpu));
        Note(contender, plan, result);
        if (mix == MixKind.Starts && contender.Counts && contender is not OriginalContender)
        {
            await CheckListedAsync(contender, plan.First, result.Responses, cancellationToken);
        }

        Pause(contender);
    }

    /// <summary>What was admitted is there: a sample of the users has exactly one stream.</summary>
    private async Task CheckListedAsync(Contender contender, long first, long admitted, CancellationToken cancellationToken)
    {
        for (var i = 0; i < ListedEach; i++)
        {
            var user = $"{SeededStreams.NewUser}{first + (i * (admitted - 1) / ListedEach):D8}";
            var active = await Race.ActiveAsync(contender.Port, user, cancellationToken);
            if (active != 1)
            {
                wrong.Add($"{contender.Name}: {user} was admitted once and has {active} streams");
            }
        }
    }

    private async Task RaceAsync(Contender contender, CancellationToken cancellationToken)
    {
        if (!contender.Counts)
        {
            return;
        }

        Resume(contender);
        var rounds = contender is OriginalContender { Records: >= 10_000 } ? 1 : RacesEach;
        var admitted = new int[rounds];
        for (var i = 0; i < rounds; i++)
        {
            admitted[i] = await Race.RunAsync(contender.Port, $"racing user {i}", cancellationToken);
        }

        races[contender.Key] = admitted;
        if (contender is not OriginalContender && admitted.Any(count => count != SeededStreams.Limit))
        {
            wrong.Add($"{contender.Name}: of {Race.Starts} simultaneous starts of one user it admitted {string.Join(", ", admitted)}, not {SeededStreams.Limit}");
        }

        Pause(contender);
    }

    private double MedianThroughput(string contender, int connections, MixKind mix) => Statistics.Median(
        measurements.Where(taken => taken.Contender == contender && taken.Connections == connections && taken.Mix == mix && !taken.HalfLoad)
            .Select(taken => taken.Result.Throughput));

    /// <summary>The others are idle during a measurement: no sweep, no vacuum, no garbage collection.</summary>
    private static void Pause(Contender contender) => Signal(contender, "-STOP");

    private static void Resume(Contender contender) => Signal(contender, "-CONT");

    private static void Signal(Contender contender, string signal)
    {
        using var kill = Process.Start("kill", [signal, .. ProcessTree.Ids(contender.ProcessIds).Select(id => $"{id}")]);
        kill.WaitForExit();
    }
}
