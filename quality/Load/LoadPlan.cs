namespace StreamChecker.Load;

/// <summary>What one run of the load generator is to do.</summary>
internal sealed record LoadPlan
{
    public required int Port { get; init; }

    public required MixKind Mix { get; init; }

    /// <summary>How many keep-alive connections; each waits for its answer before it asks again.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>How long to measure, after as long a warm-up as <see cref="WarmUpSeconds"/> says.</summary>
    public required double Seconds { get; init; }

    public double WarmUpSeconds { get; init; } = 1;

    /// <summary>
    /// Requests a second, sent at their own times whatever the answers do; a latency then counts from the moment at
    /// which the request was due. 0: every connection asks as soon as it was answered.
    /// </summary>
    public double Rate { get; init; }

    /// <summary>The number of the first request: it says which user, or which of the seeded streams, it is for.</summary>
    public long First { get; init; }

    /// <summary>How many seeded users there are to ask for.</summary>
    public long Seeded { get; init; }

    /// <summary>Whether the server is Kestrel alone, which answers every request alike.</summary>
    public bool AnswersAlike { get; init; }
}
