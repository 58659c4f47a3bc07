namespace StreamChecker.Benchmarks.Costs;

/// <summary>The assumed behaviour of viewers, as docs/capacity.md states it.</summary>
internal sealed record Audience
{
    /// <summary>The number of concurrent viewers in the busiest hour.</summary>
    public required double Viewers { get; init; }

    public int HeartbeatIntervalSeconds { get; init; } = 30;

    /// <summary>The share of the viewers whose users could start one more stream; 0 if there is one speed of heartbeats.</summary>
    public double RelaxedShare { get; init; }

    public int RelaxedIntervalSeconds { get; init; } = 120;

    /// <summary>The number of heartbeats in one call.</summary>
    public int HeartbeatsOfCall { get; init; } = 1;

    /// <summary>The duration of one stream.</summary>
    public double StreamMinutes { get; init; } = 45;

    /// <summary>The share of starts that are rejected.</summary>
    public double RejectedShare { get; init; } = 0.02;

    /// <summary>The share of streams that end with a stop; the leases of the others expire.</summary>
    public double StoppedShare { get; init; } = 0.7;

    /// <summary>The share of starts that are a user's first, which creates the user document; all others replace it.</summary>
    public double FirstShare { get; init; } = 0.01;

    /// <summary>The number of user documents for each viewer in the busiest hour.</summary>
    public double UsersToPeak { get; init; } = 10;

    /// <summary>The ratio of the month's average number of viewers to that of the busiest hour.</summary>
    public double AverageToPeak { get; init; } = 0.4;

    public double AdmittedPerSecond => Viewers / (StreamMinutes * 60);

    public double RejectedPerSecond => AdmittedPerSecond * RejectedShare / (1 - RejectedShare);

    public double StopsPerSecond => AdmittedPerSecond * StoppedShare;

    public double HeartbeatsPerSecond => Viewers * (((1 - RelaxedShare) / HeartbeatIntervalSeconds) + (RelaxedShare / RelaxedIntervalSeconds));

    public double CallsPerSecond => AdmittedPerSecond + RejectedPerSecond + StopsPerSecond + (HeartbeatsPerSecond / HeartbeatsOfCall);

    public double UnitsPerSecond(OperationCharges charges) =>
        (AdmittedPerSecond * ((FirstShare * charges.FirstStart.Units) + ((1 - FirstShare) * charges.Start.Units)))
        + (RejectedPerSecond * charges.Rejection.Units)
        + (StopsPerSecond * charges.Stop.Units)
        + (HeartbeatsPerSecond * (RelaxedShare > 0 ? charges.TwoSpeedHeartbeat : charges.Heartbeat).Units);
}
