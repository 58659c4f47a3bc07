using System.Buffers;
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
        Read(body) is { ValueKind: JsonValueKind.Object } read ? read : throw RefusedRequestException.Malformed("The request body must be a JSON object.");

    public static JsonElement Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, DeepJson.Document);
            return document.RootElement.Clone();
        }
        catch (JsonException flaw)
        {
            throw RefusedRequestException.Malformed($"The request body is not well-formed JSON: {flaw.Message}");
        }
    }

    public static string? Text(this JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
