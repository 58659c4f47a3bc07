using System.Text;
using System.Text.Json;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>The names of Cosmos DB's headers.</summary>
internal static class CosmosHeaders
{
    public const string ActivityId = "x-ms-activity-id";
    public const string Authorization = "authorization";
    public const string BatchRequest = "x-ms-cosmos-is-batch-request";
    public const string Container = "x-ms-alt-content-path";
    public const string ContainerResource = "x-ms-content-path";
    public const string ContentType = "content-type";
    public const string Continuation = "x-ms-continuation";
    public const string Date = "x-ms-date";
    public const string EnableScriptLogging = "x-ms-documentdb-script-enable-logging";
    public const string Etag = "etag";
    public const string ExpectedContainer = "x-ms-cosmos-intended-collection-rid";
    public const string IfMatch = "if-match";
    public const string IfNoneMatch = "if-none-match";
    public const string Incremental = "a-im";
    public const string IndexProgress = "x-ms-documentdb-collection-index-transformation-progress";
    public const string IsQuery = "x-ms-documentdb-isquery";
    public const string IsQueryPlan = "x-ms-cosmos-is-query-plan-request";
    public const string IsUpsert = "x-ms-documentdb-is-upsert";
    public const string ItemCount = "x-ms-item-count";
    public const string MaxItemCount = "x-ms-max-item-count";
    public const string PartitionKey = "x-ms-documentdb-partitionkey";
    public const string PartitionKeyRange = "x-ms-documentdb-partitionkeyrangeid";
    public const string PostTrigger = "x-ms-documentdb-post-trigger-include";
    public const string Prefer = "prefer";
    public const string PreTrigger = "x-ms-documentdb-pre-trigger-include";
    public const string RequestCharge = "x-ms-request-charge";
    public const string RetryAfter = "x-ms-retry-after-ms";
    public const string ScriptLog = "x-ms-documentdb-script-log-results";
    public const string SessionToken = "x-ms-session-token";
    public const string SubStatus = "x-ms-substatus";
}

/// <summary>The logical partition that a request names, in a header of the form <c>["value"]</c>.</summary>
internal static class PartitionKeyHeader
{
    private const int MaxBytes = 2048;

    /// <exception cref="RejectedRequestException">The header is missing, or names no partition.</exception>
    public static PartitionAddress Read(GatewayRequest request, Container container)
    {
        if (request.Header(CosmosHeaders.PartitionKey) is not { Length: > 0 } header)
        {
            throw RejectedRequestException.Malformed(
                $"PartitionKey value must be supplied for this operation ({CosmosHeaders.PartitionKey}); operations across partitions are not supported by this gateway.");
        }

        try
        {
            using var json = JsonDocument.Parse(header);
            if (json.RootElement is { ValueKind: JsonValueKind.Array } values && values.GetArrayLength() == 1 && Text(values[0]) is { } text)
            {
                return text.Length <= MaxBytes + 2
                    ? PartitionAddress.Of(container, text)
                    : throw RejectedRequestException.Malformed($"A partition key has at most {MaxBytes} bytes.");
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or EncoderFallbackException)
        {
        }

        throw RejectedRequestException.Malformed($"Partition key {header} is invalid: it must be a JSON array of one string, number, boolean or null.");
    }

    private static byte[]? Text(JsonElement value) =>
        value is { ValueKind: JsonValueKind.Object } && !value.EnumerateObject().Any() ? PartitionKeyText.Undefined.ToArray() : PartitionKeyText.Of(value);
}
