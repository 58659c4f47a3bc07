using System.Text.Json;
using StreamChecker.Partitions;

namespace StreamChecker.Tests.Reliability.Histories;

/// <summary>One call as its caller saw it.</summary>
internal sealed record RecordedCall
{
    /// <summary>The end of a call that may still take effect at any time.</summary>
    public const long Open = long.MaxValue;

    /// <summary>What the call asked of its user's partition.</summary>
    public required StreamCommand Command { get; init; }

    /// <summary>Its place in the order of all beginnings and ends.</summary>
    public required long Began { get; init; }

    /// <summary>As <see cref="Began"/>. Of a call whose answer was lost: after what it cannot have taken effect any more.</summary>
    public required long Ended { get; init; }

    /// <summary>What the database's clock showed while the call ran, in order: one of these is its moment.</summary>
    public required IReadOnlyList<long> Moments { get; init; }

    /// <summary>The clock's mark when the call began, where it is open.</summary>
    public int OpenSince { get; init; }

    /// <summary>The answer as its caller saw it; null where it was lost: the call took effect, or never did.</summary>
    public string? Answer { get; init; }

    /// <summary>How the caller would see a reply of the procedure to its command.</summary>
    public Func<StreamCommand, StreamReply, string> Shown { get; init; } = (_, reply) => reply.ToString();

    public override string ToString() =>
        $"[{Began}, {(Ended == Open ? "open" : Ended)}] at {string.Join('/', Moments)}: {JsonSerializer.Serialize(Command, PartitionJson.Default.StreamCommand)} -> {Answer ?? "lost"}";
}
