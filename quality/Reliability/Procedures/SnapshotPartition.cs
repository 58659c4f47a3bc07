using System.Collections.Immutable;
using InProcessCosmos.Documents;

namespace StreamChecker.Reliability.Procedures;

/// <summary>
/// A partition under snapshot isolation, as Cosmos DB documents it: transactions run on any snapshot, and
/// of two that wrote the same document the first to commit wins. What they only read is not compared.
/// </summary>
internal sealed class SnapshotPartition
{
    public ImmutableDictionary<string, StoredDocument> Committed { get; private set; } = ImmutableDictionary<string, StoredDocument>.Empty;

    public void Clear() => Committed = Committed.Clear();

    /// <summary>Commits a transaction. False, and nothing is changed, where one of its documents was written since its snapshot.</summary>
    public bool TryCommit(SnapshotTransaction transaction)
    {
        if (transaction.Reply is null || transaction.Written.Keys.Any(id => EtagIn(Committed, id) != EtagIn(transaction.Snapshot, id)))
        {
            return false;
        }

        foreach (var (id, document) in transaction.Written)
        {
            Committed = document is null ? Committed.Remove(id) : Committed.SetItem(id, document);
        }

        return true;
    }

    private static ulong? EtagIn(ImmutableDictionary<string, StoredDocument> documents, string id) => documents.GetValueOrDefault(id)?.Etag;
}
