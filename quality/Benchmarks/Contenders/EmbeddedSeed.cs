using System.Text;
using System.Text.Json;
using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.Execution;
using InProcessCosmos.RocksDb;
using StreamChecker.Load;
using StreamChecker.Server.Embedded;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>Fills a data folder of the embedded engine with the documents that <c>streams.js</c> would have written, past it: it is quicker.</summary>
internal static class EmbeddedSeed
{
    private const int DocumentsPerBatch = 5000;

    public static async Task WriteAsync(string path, SeedSize size, Action<double> progress)
    {
        await using (var engine = DocumentEngine.Open(new EngineOptions { DataPath = path }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
        {
            _ = new EmbeddedStreamPartitions(engine, StreamsProcedure.Body);
        }

        await Task.Run(() => Write(path, size, progress));
    }

    private static void Write(string path, SeedSize size, Action<double> progress)
    {
        using var storage = DocumentStorage.Open(path, PartitionAddress.PrefixLength, _ => { });
        var container = new Catalog(storage).Container(StreamsContainer.Database, StreamsContainer.Id)!;
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        using var batch = new WriteBatch();
        var written = 0L;
        var user = "";
        foreach (var record in SeededStreams.All(size))
        {
            var address = PartitionAddress.Of(container, PartitionKeyText.Of(record.UserId));
            if (record.UserId != user)
            {
                user = record.UserId;
                Put(batch, address, "user", UserJson(user), long.MaxValue, now);
            }

            Put(batch, address, record.Key.ToString(), RecordJson(record, now), now + (TimeToLive * 1000L), now);
            if (++written % DocumentsPerBatch == 0)
            {
                storage.Write(batch);
                batch.Clear();
                progress(written / (double)(size.Live + (size.Full * SeededStreams.Limit)));
            }
        }

        storage.Write(batch);
    }

    private static int TimeToLive => SeededStreams.LeaseSeconds + 600;

    private static void Put(WriteBatch batch, PartitionAddress address, string id, byte[] json, long expiresAt, long now) => batch.Put(
        address.KeyOf(id),
        StoredDocument.Create(id, json, expiresAt, (ulong)Random.Shared.NextInt64(), (uint)(now / 1000), ResourceLinks.NewDocument()).Value);

    private static byte[] UserJson(string userId) => Encoding.UTF8.GetBytes($$"""{"id":"user","userId":{{JsonSerializer.Serialize(userId)}}}""");

    private static byte[] RecordJson(StreamRecordId record, long now) => Encoding.UTF8.GetBytes(
        $$"""{"id":"{{record.Key}}","userId":{{JsonSerializer.Serialize(record.UserId)}},"streamId":"{{SeededStreams.StreamId}}","deviceName":"{{SeededStreams.DeviceName}}","startedAt":{{record.StartedAt}},"expiresAt":{{now + (SeededStreams.LeaseSeconds * 1000L)}},"leaseMs":{{SeededStreams.LeaseSeconds * 1000L}},"ttl":{{TimeToLive}}}""");
}
