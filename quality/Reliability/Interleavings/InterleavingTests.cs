using System.Diagnostics;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>
/// Every order in which two or three commands may begin and commit under snapshot isolation, in many states of a partition and
/// by clocks that are wrong: the promise holds.
/// </summary>
public sealed class InterleavingTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryOrderOfCommands_KeepsThePromise() => Run(Searches.Short, output);

    internal static void Run(IReadOnlyList<Search> searches, ITestOutputHelper output)
    {
        var all = new Findings();
        foreach (var search in searches)
        {
            var watch = Stopwatch.StartNew();
            var findings = search.Run(PartitionFormat.Records());
            output.WriteLine($"{search.Name}; {search.Clock.Name}; {search.States.Count:N0} states: {findings}; {watch.Elapsed.TotalSeconds:0} s");
            all.Add(findings);
            if (findings.Violations.Count > 0)
            {
                break;
            }
        }

        output.WriteLine($"together: {all}");
        Assert.True(all.Violations.Count == 0, string.Join('\n', all.Violations));
        Assert.True(all.Count(DocumentedException.NumbersInAResponse) > 0, "The schedules hardly met: not even a number in a response was overtaken.");
    }
}

/// <summary>The same with more states, more commands and all clocks.</summary>
public sealed class LongInterleavingTests(ITestOutputHelper output)
{
    [InterleavingsFact]
    public void EveryOrderOfCommandsInEveryState_KeepsThePromise() => InterleavingTests.Run(
        InterleavingsFactAttribute.Wanted is { } part and not "1" ? [.. Searches.Long.Where(search => $"{search.Name}; {search.Clock.Name}".Contains(part, StringComparison.Ordinal))] : Searches.Long,
        output);
}

/// <summary>A search of many minutes, run where <c>STREAM_CHECKER_INTERLEAVINGS</c> is 1, or a part of the names of the searches to run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InterleavingsFactAttribute : FactAttribute
{
    public InterleavingsFactAttribute() => Skip = Wanted is { Length: > 0 } ? null : "STREAM_CHECKER_INTERLEAVINGS is not set.";

    internal static string? Wanted => Environment.GetEnvironmentVariable("STREAM_CHECKER_INTERLEAVINGS");
}
