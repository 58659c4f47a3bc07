namespace StreamChecker.Reliability.Interleavings;

/// <summary>
/// The documents of a partition at one moment, ordered by id. Equal contents are one object, so that what a command does to
/// one is computed once, however many schedules come by.
/// </summary>
internal sealed class PartitionContent(Document[] documents, bool needsUserDocument)
{
    public IReadOnlyList<Document> Documents => documents;

    public Dictionary<(StreamCall Call, long At), Execution> Executions { get; } = [];

    public Dictionary<object, PartitionContent> Next { get; } = [];

    /// <summary>The user's own limit.</summary>
    public int? OwnLimit { get; } = documents.FirstOrDefault(document => document.IsUser)?.Limit;

    /// <summary>What no partition may look like; null where it is well formed.</summary>
    public string? Malformed { get; } =
        documents.Where(document => document.Stream is not null).GroupBy(document => document.Stream!.Key).Any(records => records.Count() > 1)
            ? "TWO RECORDS of one key"
            : needsUserDocument && documents.Any(IsHeld) && documents.All(document => document.Id != "user")
                ? "RECORDS WITHOUT A USER DOCUMENT"
                : null;

    /// <summary>Whether there is a record. One that is due does not count: no command sees it any longer, and the store removes it.</summary>
    public bool HoldsARecord => documents.Any(IsHeld);

    public Document? Find(string id) => Array.Find(documents, document => document.Id == id);

    public Document? Record(string key) => Array.Find(documents, document => document.Stream?.Key == key);

    /// <summary>The streams whose leases run at a moment, but for those whose documents the store may remove.</summary>
    public UInt128 Active(long moment)
    {
        UInt128 bits = 0;
        foreach (var document in documents)
        {
            if (document.Stream is { } stream && stream.IsActive(moment) && !InitialState.IsDue(document))
            {
                bits |= stream.Bit;
            }
        }

        return bits;
    }

    /// <summary>A device on which two streams are active, though neither start counts the other; null where there is none.</summary>
    public string? CrowdedDevice(long moment) => documents
        .Where(document => document.Stream is { DeviceId: not null, CountSameDevice: false } stream && stream.IsActive(moment) && !InitialState.IsDue(document))
        .GroupBy(document => document.Stream!.DeviceId)
        .FirstOrDefault(streams => streams.Count() > 1)?.Key;

    public UInt128 All()
    {
        UInt128 bits = 0;
        foreach (var document in documents)
        {
            bits |= document.Stream?.Bit ?? 0;
        }

        return bits;
    }

    private static bool IsHeld(Document document) => document.Stream is not null && !InitialState.IsDue(document);

    /// <summary>The streams whose leases run though their documents' time to live is over.</summary>
    public UInt128 ActiveButDue()
    {
        UInt128 bits = 0;
        foreach (var document in documents)
        {
            if (document.Stream is { } stream && stream.IsActive(document.Due))
            {
                bits |= stream.Bit;
            }
        }

        return bits;
    }
}
