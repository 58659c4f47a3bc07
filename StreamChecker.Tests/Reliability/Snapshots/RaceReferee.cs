using System.Collections.Immutable;
using StreamChecker.Embedded.Storage;
using StreamChecker.Partitions;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>Checks the promise after every commit of a race, by the documents alone.</summary>
internal sealed class RaceReferee(SnapshotPartition partition)
{
    private readonly List<(string RecordId, string By)> over = [];
    private readonly List<(string RecordId, long Until)> renewed = [];
    private long latest;

    /// <summary>Says what a commit broke; null where the promise holds.</summary>
    public string? Judge(SnapshotTransaction committed, ImmutableDictionary<string, StoredDocument> before)
    {
        latest = Math.Max(latest, committed.Now);
        switch (committed.Command, committed.Reply)
        {
            case (_, StreamReply.Admitted { Replayed: false } admitted):
                over.AddRange(admitted.Replaced.Select(view => (view.RecordId, "replaced")));
                if (Facts(partition.Committed).Count(slot => slot.IsActive(latest)) is var active && active > LimitIn(before))
                {
                    return $"{active} streams are active after a start, and {LimitIn(before)} may be.";
                }

                break;
            case (StopCommand stop, StreamReply.Stopped { Count: 1 }):
                over.Add((stop.RecordId, "stopped"));
                break;
            case (RenewCommand renew, StreamReply.Renewed { Record.ExpiresAt: { } until }):
                renewed.Add((renew.RecordId, until));
                break;
        }

        return Facts(partition.Committed).Select(Flaw).FirstOrDefault(flaw => flaw is not null) ?? DoubleSlot();
    }

    private string? Flaw(SlotFacts slot) =>
        over.Any(ended => ended.RecordId == slot.RecordId) && slot.IsActive(latest) ? $"{slot.RecordId} lives, and was {over.First(ended => ended.RecordId == slot.RecordId).By}."
        : renewed.Any(alive => alive.RecordId == slot.RecordId && alive.Until > latest) && slot.EndedReason == "expired" ? $"{slot.RecordId} had a heartbeat, and was written off."
        : null;

    private string? DoubleSlot()
    {
        var facts = Facts(partition.Committed);
        var recordIds = facts.Select(slot => slot.RecordId).OfType<string>().Distinct();
        return recordIds.FirstOrDefault(recordId => facts.Count(slot => slot.Remembers(recordId)) > 1) is { } twice
            ? $"{twice} has two slots."
            : null;
    }

    private static int LimitIn(ImmutableDictionary<string, StoredDocument> documents) =>
        Facts(documents).FirstOrDefault(document => document.Id == "limit")?.Limit ?? RaceCommands.DefaultLimit;

    private static List<SlotFacts> Facts(ImmutableDictionary<string, StoredDocument> documents) => [.. documents.Values.Select(SlotFacts.Of)];
}
