using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InProcessCosmos.Documents;

/// <summary>The value of a partition key as JSON, always the same bytes for the same value.</summary>
internal static partial class PartitionKeyText
{
    private static readonly PartitionKeyJson Json = new(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>What stands for a document that has no value at the partition key's path.</summary>
    public static ReadOnlySpan<byte> Undefined => "{}"u8;

    public static byte[] Of(string value) => JsonSerializer.SerializeToUtf8Bytes(value, Json.String);

    /// <summary>Null where the value is an object or an array, which no partition key can be.</summary>
    public static byte[]? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Of(value.GetString()!),
        JsonValueKind.Number => Encoding.ASCII.GetBytes(value.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture)),
        JsonValueKind.True => "true"u8.ToArray(),
        JsonValueKind.False => "false"u8.ToArray(),
        JsonValueKind.Null => "null"u8.ToArray(),
        JsonValueKind.Undefined => Undefined.ToArray(),
        _ => null,
    };

    [JsonSerializable(typeof(string))]
    private sealed partial class PartitionKeyJson : JsonSerializerContext;
}
