namespace StreamChecker.Reliability.Overload;

/// <summary>What was offered, and what came of it. A latency counts from the moment at which its call was due.</summary>
internal sealed record OfferedLoad(TimeSpan Length, long Offered, Latencies Accepted, Latencies Rejected)
{
    public double OfferedRate => Offered / Length.TotalSeconds;

    public double AcceptedRate => Accepted.Count / Length.TotalSeconds;

    public override string ToString() =>
        $"offered {OfferedRate:F0}/s, accepted {AcceptedRate:F0}/s {Accepted}, rejected {Rejected.Count / Length.TotalSeconds:F0}/s {Rejected}";
}
