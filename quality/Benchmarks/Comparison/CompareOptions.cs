using System.Globalization;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Comparison;

/// <summary>How much of a comparison is wanted.</summary>
internal sealed record CompareOptions
{
    /// <summary>Checks only the responses, within some minutes; writes no file.</summary>
    public bool Short { get; init; }

    public int Rounds { get; init; } = 3;

    public double Seconds { get; init; } = 3;

    /// <summary>
    /// How long each contender is run before the first round; 0 for not at all. Code that is compiled while it runs needs some ten thousand
    /// requests until it is as fast as it gets.
    /// </summary>
    public double WarmUpSeconds { get; init; } = 6;

    /// <summary>How long each measurement runs before it counts.</summary>
    public double LeadSeconds { get; init; } = 1;

    /// <summary>How many keep-alive connections the load generator has: everything is measured with each of these.</summary>
    public IReadOnlyList<int> Connections { get; init; } = [64, 256];

    public SeedSize Seed { get; init; } = new(1_000_000, 100_000);

    public IReadOnlyList<int> OriginalRecords { get; init; } = [0, 1_000, 10_000, 50_000];

    /// <summary>The keys of the contenders that are wanted; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public static CompareOptions Read(string[] arguments)
    {
        var options = arguments.Contains("--short")
            ? new CompareOptions { Short = true, Rounds = 1, Seconds = 0.5, LeadSeconds = 0.2, WarmUpSeconds = 0, Seed = new(20_000, 2_000), OriginalRecords = [0, 1_000] }
            : new CompareOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--short" => options,
                "--only" => options with { Only = arguments[++i].Split(',') },
                "--rounds" => options with { Rounds = int.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                "--connections" => options with { Connections = [.. arguments[++i].Split(',').Select(count => int.Parse(count, CultureInfo.InvariantCulture))] },
                "--seconds" => options with { Seconds = double.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException($"There is no option {arguments[i]}."),
            };
        }

        return options;
    }

    public bool Wants(string key) => Only.Count == 0 || Only.Any(wanted => key.StartsWith(wanted, StringComparison.Ordinal));
}
