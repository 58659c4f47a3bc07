using System.Globalization;
using System.Text.Json;

namespace InProcessCosmos.Gateway;

/// <summary>
/// The arguments of a stored procedure, as the body of its call gives them: an array, or what
/// <c>Function.prototype.apply</c> takes for one.
/// </summary>
internal static class ProcedureArguments
{
    private const int MostArguments = 65_535;

    /// <exception cref="RefusedRequestException">The body is neither an array nor like one.</exception>
    public static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return "[]"u8.ToArray();
        }

        var arguments = Json.Read(body);
        return arguments.ValueKind switch
        {
            JsonValueKind.Array => body,
            JsonValueKind.Null => "[]"u8.ToArray(),
            JsonValueKind.Object => ArrayLike(arguments),
            _ => throw RefusedRequestException.Malformed("The arguments of a stored procedure must be a JSON array."),
        };
    }

    private static byte[] ArrayLike(JsonElement arguments)
    {
        var length = arguments.TryGetProperty("length", out var given) ? Length(given) : 0;
        if (length > MostArguments)
        {
            throw RefusedRequestException.Malformed($"A stored procedure takes at most {MostArguments} arguments.");
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        for (var i = 0; i < length; i++)
        {
            if (arguments.TryGetProperty(i.ToString(CultureInfo.InvariantCulture), out var argument))
            {
                argument.WriteTo(json);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static double Length(JsonElement given) =>
        given.ValueKind == JsonValueKind.Number ? Math.Floor(given.GetDouble())
        : given.ValueKind == JsonValueKind.String && double.TryParse(given.GetString(), CultureInfo.InvariantCulture, out var number) ? Math.Floor(number)
        : 0;
}
