using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using InProcessCosmos.Documents;
using InProcessCosmos.Queries;

namespace InProcessCosmos.Scripts;

/// <summary>Handles the calls of the server-side library while a batch runs: reads that no hint announced, and facts that only the engine has.</summary>
internal sealed class HostCalls(PartitionTransaction reader, EngineClock clock, List<BatchPartition> partitions, List<ScriptCall> calls)
{
    private readonly ScriptFrame frame = new();

    /// <summary>The number of characters that a script may read. One that reads more is aborted, and runs in another host.</summary>
    public int MostText { get; set; }

    public string? Respond(string kind, int index, string text) => kind switch
    {
        "now" => clock.Now().ToString(CultureInfo.InvariantCulture),
        "read" => Read(partitions[index], transaction => transaction.Find(text) is { } found ? [found] : null),
        "all" => Read(partitions[index], transaction => transaction.All()),
        "query" => Query(partitions[index], text),
        "plan" => Plan(calls[0].Address.Container, text),
        "position" => Position(text),
        "token" => new FeedPosition(index, text.Length > 0 ? text : null).ToString(),
        "header" => calls[index].Request.Header(text),
        "abort" => throw new ScriptAbortedException(ReadAborted(text)),
        _ => throw new InvalidOperationException($"No answer is known to {kind}."),
    };

    public static ScriptOutcome.Failed ReadFailure(ref ScriptFrameReader reply)
    {
        var message = reply.Text().ToString();
        var log = reply.TryText(out var lines) ? lines.ToString() : null;
        var number = (int)reply.Number();
        return new(DocumentResult.BadRequest, message) { Log = log, Number = number, Trace = reply.TryText(out var trace) ? trace.ToString() : null };
    }

    private static ScriptOutcome.Failed ReadAborted(string text)
    {
        var reply = new ScriptFrameReader(text);
        reply.Number();
        return ReadFailure(ref reply);
    }

    private string? Read(BatchPartition partition, Func<PartitionTransaction, IReadOnlyList<StoredDocument>?> read)
    {
        reader.Begin(partition.Address, partition.Unwritten);
        try
        {
            if (read(reader) is not { } documents)
            {
                return null;
            }

            frame.Clear();
            frame.Add(documents.Count);
            foreach (var document in documents)
            {
                frame.Add(partition.Address.Container, document);
                if (frame.Length > MostText)
                {
                    throw new ScriptAbortedException(null);
                }
            }

            return frame.ToString();
        }
        finally
        {
            reader.Rollback();
        }
    }

    /// <summary>The plan of a query: whether it selects all documents of a partition, or has to be evaluated.</summary>
    private static string Plan(Container container, string query)
    {
        try
        {
            var parsed = ParsedQuery.Of(query);
            var (isWhole, parameter, literal) = parsed.WholePartitionOf(container);
            return !isWhole ? """{"kind":"query"}"""
                : parameter is not null ? new JsonObject { ["kind"] = "parameter", ["name"] = parameter }.ToJsonString()
                : literal is { } value ? $"{{\"kind\":\"key\",\"value\":{value.GetRawText()}}}"
                : """{"kind":"all"}""";
        }
        catch (FeedQueryException error)
        {
            return new JsonObject { ["kind"] = "error", ["message"] = error.Message }.ToJsonString();
        }
    }

    /// <summary>The position in a continuation token.</summary>
    private static string Position(string token)
    {
        try
        {
            var position = FeedPosition.Parse(token);
            return new JsonObject { ["given"] = position.Given, ["after"] = position.AfterId }.ToJsonString();
        }
        catch (FeedQueryException error)
        {
            return new JsonObject { ["error"] = error.Message }.ToJsonString();
        }
    }

    /// <summary>Evaluates a query over the partition, including the batch's own writes.</summary>
    private string Query(BatchPartition partition, string text)
    {
        using var given = JsonDocument.Parse(text, DeepJson.Document);
        reader.Begin(partition.Address, partition.Unwritten);
        try
        {
            foreach (var written in given.RootElement.GetProperty("written").EnumerateArray())
            {
                var id = written[0].GetString()!;
                reader.Assume(id, written[1].ValueKind == JsonValueKind.Object ? Document(id, written[1]) : null);
            }

            var query = FeedQuery.Parse(given.RootElement.GetProperty("query").GetString()!, QueryParameters.Read(given.RootElement));
            var continuation = given.RootElement.TryGetProperty("continuation", out var position) ? position.GetString() : null;
            var page = query.Read(reader, given.RootElement.GetProperty("size").GetInt32(), continuation);
            var items = new JsonArray([.. page.Items.Select(item => JsonNode.Parse(item.Json(partition.Address.Container).Span, documentOptions: DeepJson.Document))]);
            var length = reader.All().Sum(document => document.Value.Length);
            return new JsonObject { ["items"] = items, ["continuation"] = page.Continuation, ["length"] = length }.ToJsonString(DeepJson.Serializer);
        }
        catch (FeedQueryException error)
        {
            return new JsonObject { ["error"] = error.Message }.ToJsonString();
        }
        finally
        {
            reader.Rollback();
        }
    }

    private static StoredDocument Document(string id, JsonElement written) => StoredDocument.Create(
        id,
        written.GetProperty("json").GetString(),
        written.GetProperty("expires").GetInt64() is var expires and >= 0 ? expires : long.MaxValue,
        ulong.Parse(written.GetProperty("etag").GetString().AsSpan()[1..^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        written.GetProperty("timestamp").GetUInt32(),
        ResourceLinks.DocumentNumber(written.GetProperty("resource").GetString()) ?? throw ScriptFrameReader.Garbled());
}
