using System.Text.Json;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Histories;

/// <summary>One call of a caller: the tries of it that may have reached the store. Together they take effect at most once.</summary>
internal sealed record RecordedCall(StreamCommand Command, IReadOnlyList<RecordedTry> Tries)
{
    public bool IsLost => Tries.All(one => one.Response is null);

    public override string ToString() => JsonSerializer.Serialize(Command, PartitionJson.Default.StreamCommand);
}

/// <summary>One transaction that a call asked for.</summary>
internal sealed record RecordedTry
{
    /// <summary>The end of a try that may still be carried out at any time.</summary>
    public const long Open = long.MaxValue;

    /// <summary>Its place in the order of all beginnings and ends.</summary>
    public required long Began { get; init; }

    /// <summary>As <see cref="Began"/>. If no response is known: when it can no longer be carried out.</summary>
    public required long Ended { get; init; }

    /// <summary>What the database's clock showed meanwhile, in order: one of these is its moment.</summary>
    public required IReadOnlyList<long> Moments { get; init; }

    /// <summary>The response as the caller saw it; null if it was lost, or the service retried.</summary>
    public string? Response { get; init; }

    /// <summary>How the caller would see a reply of the procedure to the command.</summary>
    public Func<StreamCommand, StreamReply, string> Shown { get; init; } = (_, reply) => reply.ToString();

    /// <summary>The procedure's own reply, where it was seen on its way: all of it, lost for the caller or not.</summary>
    public string? Reply { get; init; }

    /// <summary>Whether it was carried out for certain. If not: it was, or never is.</summary>
    public bool IsCertain => Response is not null || Reply is not null;

    public override string ToString() => $"[{Began}, {(Ended == Open ? "open" : Ended)}] at {string.Join('/', Moments)} -> {Response ?? "lost"}{(Reply is null ? "" : $" ({Reply})")}";
}
