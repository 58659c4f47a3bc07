using System.Text.Json;
using System.Text;
using StreamChecker.Embedded.Storage;
using StreamChecker.Embedded;
using StreamChecker.Partitions;

namespace StreamChecker.Benchmarks.Seeding;

/// <summary>Fills a data folder of the embedded engine with the documents that <c>streams.js</c> would have written, past it: it is quicker.</summary>
internal static class EmbeddedSeed
{
    private const int DocumentsPerBatch = 5000;

    public static async Task WriteAsync(string path, SeedSize size, Action<double> progress)
    {
        await using (var engine = DocumentEngine.Open(new EmbeddedOptions { DataPath = path }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
        {
            _ = new EmbeddedStreamPartitions(engine);
        }

        await Task.Run(() => Write(path, size, progress));
    }

    private static void Write(string path, SeedSize size, Action<double> progress)
    {
        using var storage = DocumentStorage.Open(path, _ => { });
        var container = new Catalog(storage).Container(StreamsContainer.Database, StreamsContainer.Id)!;
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        using var batch = new WriteBatch();
        var written = 0L;
        foreach (var record in SeededStreams.All(size))
        {
            var address = PartitionAddress.Of(container, PartitionKeyText.Of(record.UserId));
            var id = record.Slot.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var document = StoredDocument.Create(
                id, Json(record, id, now), now + (TimeToLive * 1000L), (ulong)Random.Shared.NextInt64(), (uint)(now / 1000), ResourceLinks.NewDocument());
            batch.Put(address.KeyOf(id), document.Value);
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

    private static byte[] Json(StreamRecordId record, string id, long now) => Encoding.UTF8.GetBytes(
        $$"""{"id":"{{id}}","userId":{{JsonSerializer.Serialize(record.UserId)}},"recordId":"{{record.Key}}","streamId":"{{SeededStreams.StreamId}}","deviceName":"{{SeededStreams.DeviceName}}","startedAt":{{now}},"leaseMs":{{SeededStreams.LeaseSeconds * 1000L}},"expiresAt":{{now + (SeededStreams.LeaseSeconds * 1000L)}},"ttl":{{TimeToLive}}}""");
}
