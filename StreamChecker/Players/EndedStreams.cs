namespace StreamChecker.Players;

/// <summary>
/// Remembers, in the memory of this instance, how streams ended: a player that does not obey the 410 gets the next ones without the store.
/// A stream that has ended never starts again.
/// </summary>
public sealed class EndedStreams(TimeProvider time)
{
    private const int MostStreams = 10_000;

    /// <summary>No longer than the store does: a record is remembered ten minutes after its end.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(5);

    private readonly RecentValues<(RecordKey Key, long StartedAt), StreamEnding> endings = new(Age, MostStreams, time);

    internal StreamEnding? Find(StreamRecordId stream) => endings.TryGet((stream.Key, stream.StartedAt), out var ending) ? ending : null;

    internal void Add(StreamRecordId stream, StreamEnding ending) => endings.Set((stream.Key, stream.StartedAt), ending);

    /// <summary>Forgets everything, after a user's data were erased.</summary>
    internal void Clear() => endings.Clear();
}
