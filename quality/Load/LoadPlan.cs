namespace StreamChecker.Load;

/// <summary>What one run of the load generator is to do.</summary>
internal sealed record LoadPlan
{
    public required int Port { get; init; }

    public required MixKind Mix { get; init; }

    /// <summary>How many keep-alive connections; each waits for its response before the next request.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>How long to measure, after as long a warm-up as <see cref="WarmUpSeconds"/> says.</summary>
    public required double Seconds { get; init; }

    public double WarmUpSeconds { get; init; } = 1;

    /// <summary>
    /// Requests a second, sent by a schedule, regardless of the responses; a latency then counts from the moment at
    /// which the request was due. 0: every connection sends its next request with the response to the last.
    /// </summary>
    public double Rate { get; init; }

    /// <summary>The number of the first request: it says which user, or which of the seeded streams, it is for.</summary>
    public long First { get; init; }

    /// <summary>How many seeded users there are to ask for.</summary>
    public long Seeded { get; init; }

    /// <summary>Whether the server is Kestrel alone, which returns the same response to every request.</summary>
    public bool RespondsAlike { get; init; }
}
