using System.Text;
using InProcessCosmos.Documents;
using InProcessCosmos.Execution;
using InProcessCosmos.Scripts;
using Microsoft.Extensions.Logging.Abstractions;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>Many calls that are handed to the engine at once.</summary>
public sealed class ManyCallsTests
{
    private const string Count =
        """
        function (user) {
            'use strict';
            var c = getContext().getCollection(), link = c.getAltLink() + '/docs/count';
            c.readDocument(link, function (error, document) {
                var next = { id: 'count', userId: user, n: document ? document.n + 1 : 1 };
                c.upsertDocument(c.getSelfLink(), next, function (e) { if (e) throw e; getContext().getResponse().setBody(next.n); });
            });
        }
        """;

    [Fact]
    public async Task Each_IsATransactionOfItsOwn_InTheOrderOfItsPartition()
    {
        var folder = Directory.CreateTempSubdirectory("in-process-cosmos-");
        await using var engine = DocumentEngine.Open(new() { DataPath = folder.FullName, Shards = 2 }, TimeProvider.System, NullLogger.Instance);
        var procedure = engine.EnsureProcedure("shop", "items", "/userId", null, "count", Count);

        var outcomes = engine.TryExecuteMany(procedure, [.. Enumerable.Range(0, 300).Select(i => Call($"user {i % 3}"))], CancellationToken.None);

        for (var i = 0; i < outcomes.Length; i++)
        {
            var completed = Assert.IsType<ScriptOutcome.Completed>(await outcomes[i]!);
            Assert.Equal($"{(i / 3) + 1}", Encoding.UTF8.GetString(completed.Body.Span));
        }
    }

    [Fact]
    public async Task Those_ThatTheQueueHasNoRoomFor_AreNotRun()
    {
        var folder = Directory.CreateTempSubdirectory("in-process-cosmos-");
        await using var engine = DocumentEngine.Open(new() { DataPath = folder.FullName, Shards = 1, QueueLength = 10 }, TimeProvider.System, NullLogger.Instance);
        var procedure = engine.EnsureProcedure("shop", "items", "/userId", null, "count", Count);

        var outcomes = engine.TryExecuteMany(procedure, [.. Enumerable.Range(0, 30).Select(_ => Call("anna"))], CancellationToken.None);

        Assert.Equal([.. Enumerable.Repeat(true, 10), .. Enumerable.Repeat(false, 20)], outcomes.Select(outcome => outcome is not null));
        await Task.WhenAll(outcomes.OfType<Task>());
        var next = Assert.IsType<ScriptOutcome.Completed>(await engine.TryExecute(procedure, "anna", Call("anna").Arguments, ReadHint.None, CancellationToken.None)!);
        Assert.Equal("11", Encoding.UTF8.GetString(next.Body.Span));
    }

    [Fact]
    public async Task Calls_SeeEveryWriteOfTheirPartition_HoweverOftenItIsWritten()
    {
        const string Replace =
            """
            function (id) {
                'use strict';
                var c = getContext().getCollection(), link = c.getSelfLink();
                c.readDocuments(link, { pageSize: -1 }, function (error, documents) {
                    if (documents.length > 5) c.deleteDocument(documents[0]._self, function (e) { if (e) throw e; });
                    c.upsertDocument(link, { id: id, userId: 'anna' }, function (e) { if (e) throw e; });
                    getContext().getResponse().setBody(documents.map(function (document) { return document.id; }).join());
                });
            }
            """;
        var folder = Directory.CreateTempSubdirectory("in-process-cosmos-");
        await using var engine = DocumentEngine.Open(new() { DataPath = folder.FullName, Shards = 1 }, TimeProvider.System, NullLogger.Instance);
        var procedure = engine.EnsureProcedure("shop", "items", "/userId", null, "replace", Replace);
        var address = PartitionAddress.Of(procedure.Container, PartitionKeyText.Of("anna"));
        var random = new Random(7);
        var there = new SortedSet<string>(StringComparer.Ordinal);

        for (var wave = 0; wave < 10; wave++)
        {
            var ids = Enumerable.Range(0, 150).Select(_ => $"{random.Next(100):D2}").ToArray();
            var outcomes = engine.TryExecuteMany(
                procedure, [.. ids.Select(id => ("anna", (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"[\"{id}\"]"), ReadHint.WholePartition))], CancellationToken.None);
            for (var i = 0; i < ids.Length; i++)
            {
                var seen = Assert.IsType<ScriptOutcome.Completed>(await outcomes[i]!);
                Assert.Equal($"\"{string.Join(',', there)}\"", Encoding.UTF8.GetString(seen.Body.Span));
                if (there.Count > 5)
                {
                    there.Remove(there.Min!);
                }

                there.Add(ids[i]);
            }

            var removed = there.ElementAt(random.Next(there.Count));
            var deleted = await engine.TryRun(new DocumentWorkItem<DocumentResult>(address, transaction => transaction.Delete(removed, null), CancellationToken.None))!;
            Assert.Equal(DocumentResult.NoContent, deleted.Status);
            there.Remove(removed);
        }
    }

    private static (string PartitionKey, ReadOnlyMemory<byte> Arguments, ReadHint Hint) Call(string user) =>
        (user, Encoding.UTF8.GetBytes($"[\"{user}\"]"), ReadHint.Documents("count"));
}
