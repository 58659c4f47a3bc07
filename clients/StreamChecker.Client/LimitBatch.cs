using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace StreamChecker.Client;

/// <summary>The changes of limits that one request carries, as JSON lines.</summary>
internal sealed class LimitBatch
{
    private const int MostLines = 10_000;
    private const int MostBytes = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> text = new();
    private readonly List<LimitChange> changes = [];

    public IReadOnlyList<LimitChange> Changes => changes;

    /// <summary>Divides changes into as few requests as the service's limits allow.</summary>
    public static IEnumerable<LimitBatch> Of(IEnumerable<LimitChange> changes)
    {
        var batch = new LimitBatch();
        foreach (var change in changes)
        {
            // One key for all attempts of the request.
            var line = JsonSerializer.SerializeToUtf8Bytes(
                new(change.UserId, change.MaxConcurrentStreams, change.Plan, change.IdempotencyKey ?? Guid.NewGuid().ToString("N")), ClientJson.Default.LimitLineBody);
            if (batch.changes.Count == MostLines || batch.text.WrittenCount + line.Length + 1 > MostBytes)
            {
                yield return batch;
                batch = new();
            }

            batch.changes.Add(change);
            batch.text.Write(line);
            batch.text.Write("\n"u8);
        }

        if (batch.changes.Count > 0)
        {
            yield return batch;
        }
    }

    public HttpContent Content() => new ReadOnlyMemoryContent(text.WrittenMemory)
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") },
    };
}
