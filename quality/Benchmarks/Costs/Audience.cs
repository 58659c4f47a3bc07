namespace StreamChecker.Benchmarks.Costs;

/// <summary>What viewers do. Assumptions, all of them; docs/capacity.md says so, and what follows is a product of them.</summary>
internal sealed record Audience
{
    /// <summary>How many watch at once in the busiest hour.</summary>
    public required double Viewers { get; init; }

    public int HeartbeatIntervalSeconds { get; init; } = 30;

    /// <summary>The share of the viewers whose users could start one more stream, where they have an interval of their own.</summary>
    public double RelaxedShare { get; init; }

    public int RelaxedIntervalSeconds { get; init; } = 120;

    /// <summary>How many heartbeats one call carries.</summary>
    public int HeartbeatsOfCall { get; init; } = 1;

    /// <summary>How long one stream plays.</summary>
    public double StreamMinutes { get; init; } = 45;

    /// <summary>How many starts are refused, of all.</summary>
    public double RefusedShare { get; init; } = 0.02;

    /// <summary>How many streams end with a stop; the others' leases lapse.</summary>
    public double StoppedShare { get; init; } = 0.7;

    /// <summary>How many starts are a user's first ever: those create the user document, all others replace it.</summary>
    public double FirstShare { get; init; } = 0.01;

    /// <summary>How many users have ever watched, to one who watches in the busiest hour: their user documents stay.</summary>
    public double UsersToPeak { get; init; } = 10;

    /// <summary>How many watch on average over the month, to the busiest hour.</summary>
    public double AverageToPeak { get; init; } = 0.4;

    public double AdmittedPerSecond => Viewers / (StreamMinutes * 60);

    public double RefusedPerSecond => AdmittedPerSecond * RefusedShare / (1 - RefusedShare);

    public double StopsPerSecond => AdmittedPerSecond * StoppedShare;

    public double HeartbeatsPerSecond => Viewers * (((1 - RelaxedShare) / HeartbeatIntervalSeconds) + (RelaxedShare / RelaxedIntervalSeconds));

    public double CallsPerSecond => AdmittedPerSecond + RefusedPerSecond + StopsPerSecond + (HeartbeatsPerSecond / HeartbeatsOfCall);

    public double UnitsPerSecond(OperationCharges charges) =>
        (AdmittedPerSecond * ((FirstShare * charges.FirstStart.Units) + ((1 - FirstShare) * charges.Start.Units)))
        + (RefusedPerSecond * charges.Refusal.Units)
        + (StopsPerSecond * charges.Stop.Units)
        + (HeartbeatsPerSecond * (RelaxedShare > 0 ? charges.TwoSpeedHeartbeat : charges.Heartbeat).Units);
}
