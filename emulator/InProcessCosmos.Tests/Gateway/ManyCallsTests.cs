using System.Text;
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

    private static (string PartitionKey, ReadOnlyMemory<byte> Arguments, ReadHint Hint) Call(string user) =>
        (user, Encoding.UTF8.GetBytes($"[\"{user}\"]"), ReadHint.Document("count"));
}
