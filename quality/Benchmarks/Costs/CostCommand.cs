using System.Globalization;
using StreamChecker.Benchmarks.Reports;

namespace StreamChecker.Benchmarks.Costs;

/// <summary>Writes the tables of docs/capacity.md, or checks them.</summary>
internal static class CostCommand
{
    private const string Section = "capacity";
    private const int SimulatedViewers = 10_000_000;
    private const int Seed = 20260131;

    private const double RelaxedShare = 0.8;
    private const int HeartbeatsOfBulkCall = 100;

    private static readonly double[] Viewers = [10_000, 1_000_000, 10_000_000, 100_000_000];
    private static readonly int[] Intervals = [15, 30, 60, 120, 300];
    private static readonly double[] Provisionings = [1.0, 1.1, 1.25, 1.5, 2.0];

    public static async Task<int> RunAsync(string[] options)
    {
        var charges = await OperationCharges.MeasureAsync();
        var text = Write(charges);
        Console.WriteLine(text);
        var file = Path.Combine(RepositoryFiles.Root, "docs", "capacity.md");
        var wanted = RepositoryFiles.WithSection(file, Section, text);
        if (!options.Contains("--check"))
        {
            await File.WriteAllTextAsync(file, wanted);
            return 0;
        }

        if (await File.ReadAllTextAsync(file) == wanted)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync("docs/capacity.md is stale. Run the command without --check, and read what changes.");
        return 1;
    }

    private static string Write(OperationCharges charges) => string.Join("\n\n",
    [
        "## What an operation costs",
        Text($"A record's document is {charges.RecordBytes} bytes with everything that Cosmos DB adds to it (ids of 36 characters), a user document {charges.UserBytes}: each is billed as one kilobyte."),
        Operations(charges).Markdown(),
        "## What an audience costs",
        Audiences(charges).Markdown(),
        "## What the heartbeat interval does",
        "One million viewers. The lease is three intervals, so every heartbeat is written.",
        OfIntervals(charges).Markdown(),
        "## What cheap heartbeats save",
        Text($"One million viewers, {1 - RelaxedShare:P0} of whom belong to users at the limit. Strict: an interval of 30 s and a lease of 90 s; relaxed: 120 s and 360 s. A bulk call has {HeartbeatsOfBulkCall} IDs."),
        OfCheapHeartbeats(charges).Markdown(),
        "A bulk call is one execution, but it takes an instance longer than a single call; the model, which counts calls, does not have that.",
        "## How partitions share the load",
        .. Simulate(charges),
    ]);

    private static ResultsTable Operations(OperationCharges charges) => new("", ["operation", "RU", "documents written", "the most for one user, a second"],
    [
        .. new (string Name, OperationCharge Charge)[]
        {
            ("start, the user's first", charges.FirstStart),
            ("start", charges.Start),
            ("start that is rejected", charges.Rejection),
            ("start with four tags and eight rules", charges.StartWithRules),
            ($"start that replaces the oldest of {OperationCharges.Limit}", charges.ReplacingStart),
            ("heartbeat that is written", charges.Heartbeat),
            ("heartbeat that is written, with two speeds", charges.TwoSpeedHeartbeat),
            ("heartbeat that needs no write", charges.UnwrittenHeartbeat),
            ("stop", charges.Stop),
        }.Select(row => (string[])[row.Name, Text($"{row.Charge.Units:N1}"), Text($"{row.Charge.Written}"), Text($"{Capacity.MostPerSecond(row.Charge.Units):N0}")]),
    ]);

    private static ResultsTable Audiences(OperationCharges charges) => new(
        "",
        ["concurrent viewers", "starts/s", "calls/s", "RU/s", "provisioned RU/s", "physical partitions", "Functions instances", "Cosmos DB, $ a month", "Functions, $ a month", "$ a month for 1,000 viewers"],
        [
            .. Viewers.Select(viewers => new Capacity(new Audience { Viewers = viewers }, charges)).Select(capacity =>
            {
                var database = capacity.ServerlessPerMonth is { } serverless && serverless < capacity.AutoscalePerMonth ? serverless : capacity.AutoscalePerMonth;
                return (string[])
                [
                    Text($"{capacity.Audience.Viewers:N0}"), Text($"{capacity.Audience.AdmittedPerSecond:N0}"), Text($"{capacity.Audience.CallsPerSecond:N0}"),
                    Text($"{capacity.UnitsPerSecond:N0}"), Text($"{capacity.ProvisionedUnits:N0}"), Text($"{capacity.PhysicalPartitions:N0}"), Text($"{capacity.Instances:N0}"),
                    Text($"{database:N0}"), Text($"{capacity.FunctionsPerMonth:N0}"), Text($"{(database + capacity.FunctionsPerMonth) / capacity.Audience.Viewers * 1000:N2}"),
                ];
            }),
        ]);

    private static ResultsTable OfIntervals(OperationCharges charges) => new(
        "",
        ["interval, s", "slot of a lost player is free after, s", "RU/s", "of which heartbeats", "Cosmos DB, $ a month", "Functions, $ a month"],
        [
            .. Intervals.Select(interval => new Capacity(new Audience { Viewers = 1_000_000, HeartbeatIntervalSeconds = interval }, charges)).Select(capacity => (string[])
            [
                Text($"{capacity.Audience.HeartbeatIntervalSeconds}"), Text($"{capacity.Audience.HeartbeatIntervalSeconds * 3}"), Text($"{capacity.UnitsPerSecond:N0}"),
                Text($"{capacity.Audience.HeartbeatsPerSecond * charges.Heartbeat.Units / capacity.UnitsPerSecond:P0}"),
                Text($"{capacity.AutoscalePerMonth:N0}"), Text($"{capacity.FunctionsPerMonth:N0}"),
            ]),
        ]);

    private static ResultsTable OfCheapHeartbeats(OperationCharges charges) => new(
        "",
        ["heartbeats", "heartbeats/s", "calls/s", "RU/s", "Cosmos DB, $ a month", "Functions, $ a month", "$ a month for 1,000 viewers", "Server in containers, $ a month", "$ a month for 1,000 viewers, with the Server"],
        [
            .. new (string Name, double Relaxed, int Bulk)[] { ("strict", 0, 1), ("two speeds", RelaxedShare, 1), ("bulk", 0, HeartbeatsOfBulkCall), ("two speeds and bulk", RelaxedShare, HeartbeatsOfBulkCall) }.Select(way =>
            {
                var capacity = new Capacity(new Audience { Viewers = 1_000_000, RelaxedShare = way.Relaxed, HeartbeatsOfCall = way.Bulk }, charges);
                return (string[])
                [
                    way.Name, Text($"{capacity.Audience.HeartbeatsPerSecond:N0}"), Text($"{capacity.Audience.CallsPerSecond:N0}"), Text($"{capacity.UnitsPerSecond:N0}"),
                    Text($"{capacity.AutoscalePerMonth:N0}"), Text($"{capacity.FunctionsPerMonth:N0}"), Text($"{(capacity.AutoscalePerMonth + capacity.FunctionsPerMonth) / 1000:N2}"),
                    Text($"{capacity.ContainersPerMonth:N0}"), Text($"{(capacity.AutoscalePerMonth + capacity.ContainersPerMonth) / 1000:N2}"),
                ];
            }),
        ]);

    private static IEnumerable<string> Simulate(OperationCharges charges)
    {
        var capacity = new Capacity(new Audience { Viewers = SimulatedViewers }, charges);
        var partitions = (int)capacity.PhysicalPartitions;
        var simulation = new EveningSimulation(SimulatedViewers, partitions, charges, Seed);
        simulation.Run();
        var (least, median, most) = simulation.Spread();
        var (quiet, match) = simulation.BusiestSecond();
        yield return Text($"""
            A simulation, seed {Seed}: {SimulatedViewers:N0} viewers over {partitions:N0} physical partitions for {EveningSimulation.Seconds} seconds. {EveningSimulation.Before:P0} of them watch from the beginning;
            the others start within {EveningSimulation.KickOffSeconds} seconds for a match that begins in second {EveningSimulation.KickOff}, and then send heartbeats in step.
            """);
        yield return new ResultsTable("", ["RU/s of a physical partition", "", "to the median"],
        [
            ["least loaded, on average before the match", Text($"{least:N0}"), Text($"{least / median:N3}")],
            ["median", Text($"{median:N0}"), Text($"{1:N3}")],
            ["most loaded", Text($"{most:N0}"), Text($"{most / median:N3}")],
            ["any partition's busiest second before the match", Text($"{quiet:N0}"), Text($"{quiet / median:N3}")],
            ["any partition's busiest second after it", Text($"{match:N0}"), Text($"{match / median:N3}")],
        ]).Markdown();
        yield return new ResultsTable("", ["provisioned, to the median load", "RU/s a partition", "429s for 100 calls before the match", "after it", "last 429, s after kick-off"],
        [
            .. Provisionings.Select(provisioning =>
            {
                var units = median * provisioning;
                var (before, after, last) = simulation.Throttled(units);
                return (string[])
                [
                    Text($"{provisioning:N2}"), Text($"{units:N0}{(units > Capacity.UnitsOfPhysicalPartition ? " (above the maximum)" : "")}"), Text($"{before * 100:N2}"), Text($"{after * 100:N2}"), last < 0 ? "none" : Text($"{last}"),
                ];
            }),
        ]).Markdown();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
