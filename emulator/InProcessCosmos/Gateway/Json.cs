using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>JSON bodies, in and out.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Object(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Reads a body that must be a JSON object. It lives on its own, whatever becomes of the bytes.</summary>
    public static JsonElement ReadObject(ReadOnlyMemory<byte> body) =>
        Read(body) is { ValueKind: JsonValueKind.Object } read ? read : throw RejectedRequestException.Malformed("The request body must be a JSON object.");

    public static JsonElement Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, DeepJson.Document);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw RejectedRequestException.Malformed($"The request body is not well-formed JSON: {error.Message}");
        }
    }

    public static string? Text(this JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>The rule for ids of databases, containers and stored procedures.</summary>
internal static class IdRule
{
    private const int MaxLength = 255;

    /// <summary>The <c>id</c> of a new resource.</summary>
    /// <exception cref="RejectedRequestException">It is missing, or none.</exception>
    public static string Read(JsonElement body)
    {
        var id = body.Text("id");
        return ErrorOf(id) is { } error ? throw RejectedRequestException.Malformed(error) : id!;
    }

    private static string? ErrorOf(string? id) =>
        string.IsNullOrEmpty(id) ? "The input content is invalid because the required property 'id' is missing or empty."
        : id.AsSpan().ContainsAny("/\\?#") || id.EndsWith(' ') ? "The 'id' must not contain / \\ ? # or end with a space."
        : Encoding.UTF8.GetByteCount(id) > MaxLength ? $"The 'id' is longer than {MaxLength} bytes."
        : null;
}
