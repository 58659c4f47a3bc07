namespace StreamChecker.Reliability.Interleavings;

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
