using System.Text.Json.Serialization;

namespace StreamChecker.Partitions;

/// <summary>The stored procedure's answer: one of the end states that <c>streams.js</c> lists at its top.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "outcome")]
[JsonDerivedType(typeof(Admitted), "admitted")]
[JsonDerivedType(typeof(LimitReached), "limitReached")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(KeyReused), "keyReused")]
[JsonDerivedType(typeof(ForeignReplacement), "foreignReplacement")]
[JsonDerivedType(typeof(Renewed), "renewed")]
[JsonDerivedType(typeof(Stopped), "stopped")]
[JsonDerivedType(typeof(Listed), "listed")]
[JsonDerivedType(typeof(LimitSet), "limitSet")]
public abstract record StreamReply
{
    private StreamReply()
    {
    }

    /// <summary>The stream that the command names has a slot; times in milliseconds since the epoch.</summary>
    public sealed record Admitted(
        bool Replayed,
        [property: JsonRequired] int Slot,
        [property: JsonRequired] long StartedAt,
        long? ExpiresAt,
        int Limit,
        int Active,
        IReadOnlyList<SlotView> Replaced) : StreamReply;

    /// <summary>No room; nothing was written.</summary>
    public sealed record LimitReached(int Limit, IReadOnlyList<SlotView> Streams, long? RetryAfterMs) : StreamReply;

    /// <summary>The stream is over.</summary>
    public sealed record Ended(StreamEndReason Reason, ReplacedBy? By) : StreamReply;

    /// <summary>A retry that names another stream or device than the start it repeats.</summary>
    public sealed record KeyReused : StreamReply;

    /// <summary>A start was to replace another user's stream.</summary>
    public sealed record ForeignReplacement : StreamReply;

    /// <summary>The stream is alive.</summary>
    public sealed record Renewed(bool Written, SlotView Record) : StreamReply;

    /// <summary>So many streams were ended by this command.</summary>
    public sealed record Stopped(int Count) : StreamReply;

    /// <summary>What is active.</summary>
    public sealed record Listed(int Limit, bool IsDefault, IReadOnlyList<SlotView> Streams) : StreamReply;

    /// <summary>The limit from now on.</summary>
    public sealed record LimitSet(int Limit, bool IsDefault) : StreamReply;
}
