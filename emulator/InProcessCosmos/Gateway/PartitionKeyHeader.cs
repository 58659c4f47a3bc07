using System.Text;
using System.Text.Json;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

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
