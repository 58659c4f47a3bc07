namespace StreamChecker.Load;

/// <summary>What one run of the load generator saw. Latencies are in microseconds.</summary>
internal sealed record LoadResult
{
    /// <summary>Responses within the measured time.</summary>
    public required long Measured { get; init; }

    /// <summary>All responses, with those of the warm-up.</summary>
    public required long Responses { get; init; }

    public required double Seconds { get; init; }

    public required double P50 { get; init; }

    public required double P99 { get; init; }

    public required double P999 { get; init; }

    /// <summary>Incorrect responses.</summary>
    public required long Wrong { get; init; }

    /// <summary>The first of them, and why it is wrong.</summary>
    public string? FirstWrong { get; init; }

    /// <summary>The load generator's own processor time for a request, in microseconds: what it took from the server.</summary>
    public required double OwnCpu { get; init; }

    public double Throughput => Measured / Seconds;
}
