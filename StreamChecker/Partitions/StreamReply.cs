using System.Text.Json.Serialization;

namespace StreamChecker.Partitions;

/// <summary>The stored procedure's answer: one of the end states that <c>streams.js</c> lists at its top.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "outcome")]
[JsonDerivedType(typeof(Admitted), "admitted")]
[JsonDerivedType(typeof(LimitReached), "limitReached")]
[JsonDerivedType(typeof(Ended), "ended")]
public abstract record StreamReply
{
    private StreamReply()
    {
    }

    /// <summary>The stream has a slot.</summary>
    public sealed record Admitted(bool Replayed, SlotView Record, int Limit, int Active) : StreamReply;

    /// <summary>No room; nothing was written.</summary>
    public sealed record LimitReached(int Limit, IReadOnlyList<SlotView> Streams, long? RetryAfterMs) : StreamReply;

    /// <summary>The stream is over.</summary>
    public sealed record Ended(StreamEndReason Reason, ReplacedBy? By) : StreamReply;
}
