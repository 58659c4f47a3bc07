namespace StreamChecker.Reliability.Interleavings;

/// <summary>
/// What the promise leaves out, in the words of the design: the only deviations that a search counts and does not report.
/// </summary>
internal enum DocumentedException
{
    /// <summary>"The numbers in a response are true of the moment at which they were read": <c>active</c> and <c>observed</c> in an accepted start, and <c>limit</c> in a replay.</summary>
    NumbersInAResponse,

    /// <summary>"A lapse during a transaction is judged at its begin": so is the moment at which its stream starts.</summary>
    MomentOfTheBegin,

    /// <summary>A stop carries no operation id: if the first response was lost, the retry's <c>count</c> is 0.</summary>
    CountOfARetriedStop,

    /// <summary>"A heartbeat concurrent with the start that reaches the limit may grant one more relaxed lease": it read the user document before.</summary>
    SpeedOfASnapshot,

    /// <summary>"A clock that is wrong by more than ten minutes": <c>ttl</c> removes a record whose lease still runs.</summary>
    ClockWrongByMoreThanTenMinutes,
}

/// <summary>What a search has seen.</summary>
internal sealed class Findings
{
    private readonly SortedDictionary<string, Violation> violations = new(StringComparer.Ordinal);
    private readonly long[] exceptions = new long[Enum.GetValues<DocumentedException>().Length];

    /// <summary>Complete orders of begins and commits.</summary>
    public long Schedules { get; set; }

    /// <summary>How often the text of the procedure was run.</summary>
    public long Runs { get; set; }

    public IReadOnlyCollection<Violation> Violations => violations.Values;

    /// <summary>The violation of a kind with the fewest steps on the fewest documents.</summary>
    public Violation? Smallest(string kind) =>
        violations.Values.Where(violation => violation.What.StartsWith(kind, StringComparison.Ordinal)).MinBy(violation => violation.Size);

    public long Count(DocumentedException exception) => exceptions[(int)exception];

    public void Excuse(DocumentedException exception) => exceptions[(int)exception]++;

    public void Report(string what, int size, Func<string> story)
    {
        if (!violations.TryGetValue(what, out var known) || size < known.Size)
        {
            violations[what] = new(what, (known?.Times ?? 0) + 1, known?.FirstAt ?? Schedules + 1, size, story());
        }
        else
        {
            violations[what] = known with { Times = known.Times + 1 };
        }
    }

    public void Add(Findings others)
    {
        foreach (var other in others.violations.Values)
        {
            violations[other.What] = !violations.TryGetValue(other.What, out var known)
                ? other with { FirstAt = Schedules + other.FirstAt }
                : (other.Size < known.Size ? other : known) with { Times = known.Times + other.Times, FirstAt = known.FirstAt };
        }

        Schedules += others.Schedules;
        Runs += others.Runs;

        for (var i = 0; i < exceptions.Length; i++)
        {
            exceptions[i] += others.exceptions[i];
        }
    }

    public override string ToString() =>
        $"{Schedules:N0} schedules, {Runs:N0} runs of the procedure, {violations.Values.Sum(violation => (long)violation.Times):N0} violations; documented: "
        + string.Join(", ", Enum.GetValues<DocumentedException>().Select(exception => $"{exception} {Count(exception):N0}"));
}

/// <summary>A broken promise, and the smallest schedule that breaks it so.</summary>
/// <param name="What">The kind, in capitals, and what it is.</param>
/// <param name="Times">How often it was seen.</param>
/// <param name="FirstAt">In which schedule it was seen first.</param>
/// <param name="Size">How large the story is.</param>
/// <param name="Story">The schedule, one step a line.</param>
internal sealed record Violation(string What, int Times, long FirstAt, int Size, string Story)
{
    public override string ToString() => $"{What} ({Times} times)\n{Story}";
}
