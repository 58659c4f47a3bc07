using System.Text;
using System.Text.Json;

namespace InProcessCosmos.Documents;

/// <summary>A document on its way in: checked, and free of the system properties that it may still carry from a read.</summary>
internal sealed class IncomingDocument
{
    public const int MaxBytes = 2 * 1024 * 1024;
    public const int MaxIdBytes = 1023;

    /// <summary>How deep a document may nest.</summary>
    public const int MaxNesting = 128;

    private static readonly JsonReaderOptions Nested = new() { MaxDepth = MaxNesting };

    private IncomingDocument(string id, byte[] json, byte[] partitionKey, int? timeToLive) =>
        (Id, Json, PartitionKey, TimeToLive) = (id, json, partitionKey, timeToLive);

    public string Id { get; }

    public byte[] Json { get; }

    public byte[] PartitionKey { get; }

    public int? TimeToLive { get; }

    /// <summary>
    /// Reads a document. Without an id, or with an empty one, it gets a new one, where <paramref name="makeId"/> allows; otherwise, and where
    /// anything else is wrong with it, a 400 or 413 says so.
    /// </summary>
    public static (IncomingDocument? Document, DocumentResult Rejection) Parse(ReadOnlySpan<byte> body, Container container, bool makeId)
    {
        if (body.Length > MaxBytes)
        {
            return (null, DocumentResult.Failure(DocumentResult.TooLarge, "Request size is too large: a document has at most 2 MB."));
        }

        try
        {
            return Parse(new Utf8JsonReader(body, Nested), body, container, makeId);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return Reject("The document is not well-formed JSON.");
        }
    }

    private static (IncomingDocument?, DocumentResult) Parse(Utf8JsonReader reader, ReadOnlySpan<byte> body, Container container, bool makeId)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return Reject("The document must be a JSON object.");
        }

        string? id = null;
        int? timeToLive = null;
        byte[]? partitionKey = PartitionKeyText.Undefined.ToArray();
        using var kept = new MemoryStream(body.Length + 48);
        kept.WriteByte((byte)'{');
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isId = reader.ValueTextEquals("id"u8);
            var isTimeToLive = reader.ValueTextEquals("ttl"u8);
            var isPartitionKey = reader.ValueTextEquals(container.PartitionKeyMembers[0]);
            var isSystem = IsSystemProperty(ref reader);
            reader.Read();
            if (isPartitionKey)
            {
                partitionKey = PartitionKeyOf(reader, container);
                if (partitionKey is null)
                {
                    return Reject($"The partition key {container.PartitionKeyPath} must be a string, a number, a boolean or null.");
                }
            }

            if (isId && makeId && IsNothing(ref reader))
            {
                continue;
            }

            if (isId)
            {
                if (reader.TokenType != JsonTokenType.String)
                {
                    return Reject("The input content is invalid because the property 'id' is not a string.");
                }

                id = reader.GetString();
            }
            else if (isTimeToLive)
            {
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var seconds) || seconds is 0 or < -1)
                {
                    return Reject("The property 'ttl' must be -1 or a positive whole number of seconds.");
                }

                timeToLive = seconds;
            }

            reader.Skip();
            if (!isSystem)
            {
                if (kept.Length > 1)
                {
                    kept.WriteByte((byte)',');
                }

                kept.Write(body[start..(int)reader.BytesConsumed]);
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
        {
            return Reject("The document is not well-formed JSON.");
        }

        if (id is null)
        {
            if (!makeId)
            {
                return Reject("The input content is invalid because the required property 'id' is missing.");
            }

            id = Guid.NewGuid().ToString();
            kept.Write(Encoding.UTF8.GetBytes($"{(kept.Length > 1 ? "," : "")}\"id\":\"{id}\""));
        }

        if (ErrorOfId(id) is { } error)
        {
            return Reject(error);
        }

        kept.WriteByte((byte)'}');
        return (new(id, kept.ToArray(), partitionKey, timeToLive), default);
    }

    /// <summary>What JavaScript takes for false.</summary>
    private static bool IsNothing(ref Utf8JsonReader value) =>
        value.TokenType is JsonTokenType.Null or JsonTokenType.False
        || (value.TokenType == JsonTokenType.String && value.ValueTextEquals(""u8))
        || (value.TokenType == JsonTokenType.Number && value.GetDouble() == 0);

    private static string? ErrorOfId(string id) =>
        id.Length == 0 ? "The property 'id' must not be empty."
        : id.AsSpan().ContainsAny('/', '\\') ? "The property 'id' contains an illegal character: / or \\."
        : Encoding.UTF8.GetByteCount(id) > MaxIdBytes ? $"The property 'id' is longer than {MaxIdBytes} bytes."
        : null;

    /// <summary>Whether a member's name is one of those that the database itself sets.</summary>
    public static bool IsSystemProperty(string name) => name is "_rid" or "_self" or "_etag" or "_ts" or "_attachments";

    private static bool IsSystemProperty(ref Utf8JsonReader name) =>
        name.ValueTextEquals("_rid"u8) || name.ValueTextEquals("_self"u8) || name.ValueTextEquals("_etag"u8)
        || name.ValueTextEquals("_ts"u8) || name.ValueTextEquals("_attachments"u8);

    private static byte[]? PartitionKeyOf(Utf8JsonReader value, Container container)
    {
        // Nearly every key is a string right there.
        if (value.TokenType == JsonTokenType.String && container.PartitionKeyMembers.Length == 1)
        {
            return PartitionKeyText.Of(value.GetString()!);
        }

        using var json = JsonDocument.ParseValue(ref value);
        return PartitionKeyText.Of(Descend(json.RootElement, container));
    }

    private static JsonElement Descend(JsonElement value, Container container)
    {
        foreach (var member in container.PartitionKeyMembers.AsSpan(1))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(member, out value))
            {
                return default;
            }
        }

        return value;
    }

    private static (IncomingDocument?, DocumentResult) Reject(string message) =>
        (null, DocumentResult.Failure(DocumentResult.BadRequest, message));
}
