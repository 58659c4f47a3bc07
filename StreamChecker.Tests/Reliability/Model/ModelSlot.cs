namespace StreamChecker.Tests.Reliability.Model;

/// <summary>
/// One slot: the stream in it (none where it was only touched), the one before, for how many seconds a write keeps it
/// (null for ever), and when the database lets go of it.
/// </summary>
internal sealed record ModelSlot(ModelStream? Stream, RememberedStream? Previous, int? KeptSeconds, long? GoneAt)
{
    /// <summary>The slot as a write at a moment leaves it: the time to live counts from the write's whole second.</summary>
    public static ModelSlot Written(ModelStream? stream, RememberedStream? previous, int? keptSeconds, long now) =>
        new(stream, previous, keptSeconds, keptSeconds is { } seconds ? ((now / 1000) + seconds) * 1000 : null);
}
