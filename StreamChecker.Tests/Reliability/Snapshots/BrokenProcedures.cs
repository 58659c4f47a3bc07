using StreamChecker.Partitions;

namespace StreamChecker.Tests.Reliability.Snapshots;

/// <summary>Procedures that look right and are not: the checks must tell.</summary>
internal static class BrokenProcedures
{
    /// <summary>What most systems of the field do: count the active streams, then insert one under an id of its own.</summary>
    public const string CountThenInsert =
        """
        function countThenInsert(command) {
            const collection = getContext().getCollection();
            const now = Date.now();
            collection.readDocuments(collection.getSelfLink(), {}, function (error, documents) {
                if (error) throw error;
                const active = documents.filter(function (document) { return document.expiresAt > now; });
                if (active.length >= command.defaultLimit)
                    return getContext().getResponse().setBody({ outcome: 'limitReached', limit: command.defaultLimit, streams: [] });
                const document = {
                    id: command.recordId, userId: command.userId, recordId: command.recordId, streamId: command.streamId,
                    startedAt: now, expiresAt: now + command.leaseMs
                };
                collection.createDocument(collection.getSelfLink(), document, function (error) { if (error) throw error; });
                getContext().getResponse().setBody({
                    outcome: 'admitted', replayed: false, slot: 0, startedAt: now, expiresAt: document.expiresAt,
                    limit: command.defaultLimit, active: active.length + 1, replaced: []
                });
            });
        }
        """;

    /// <summary><c>streams.js</c>, but after a conflict it takes the next slot, where it should begin anew.</summary>
    public static string NextSlot { get; } = Changed(
        "while (held[slot]) slot++;",
        """
        for (let skip = command.skippedSlots || 0; ; skip--, slot++) {
            while (held[slot]) slot++;
            if (skip === 0) break;
        }
        """,
        of: Changed("slots.length > 0 ? lowestSlotBut(active.concat(lapsing)) : 0", "lowestSlotBut(active.concat(lapsing))"));

    /// <summary><c>streams.js</c>, but a slot is taken the moment its lease has lapsed.</summary>
    public static string NoSettling { get; } = Changed("const SETTLE_MS = 10000;", "const SETTLE_MS = 0;");

    /// <summary><c>streams.js</c>, but a start that may be a repeat does not mind what a slow one may have chosen.</summary>
    public static string ForgetsOlderSnapshots { get; } = Changed("if (command.mayRepeat)", "if (false)");

    /// <summary><c>streams.js</c>, but a start takes the slot of a stream that it replaces.</summary>
    public static string TakesAReplacedSlot { get; } = Changed(
        "for (const document of chosen) end(document, replacedBy(record));",
        """
        if (chosen.length) {
            record.id = chosen[0].id;
            return replace(chosen[0], record) || {
                outcome: 'admitted', replayed: false, slot: Number(record.id), startedAt: now, expiresAt: record.expiresAt,
                limit: limit, active: left + 1, replaced: chosen.map(view)
            };
        }
        """);

    private static string Changed(string what, string into, string? of = null)
    {
        var text = of ?? StreamsProcedure.Body;
        Assert.Contains(what, text, StringComparison.Ordinal);
        return text.Replace(what, into, StringComparison.Ordinal);
    }
}
