using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamChecker.Http;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(StartedStream))]
[JsonSerializable(typeof(LiveStream))]
[JsonSerializable(typeof(HeartbeatResults))]
[JsonSerializable(typeof(StreamList))]
[JsonSerializable(typeof(StoppedStreams))]
[JsonSerializable(typeof(LimitResponse))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(LimitReachedProblem))]
[JsonSerializable(typeof(StreamEndedProblem))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Times as RFC 3339 in UTC with milliseconds: always 24 characters, <c>2026-01-31T20:15:00.000Z</c>.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    // The round-trip format is much faster than a custom one, and equal up to the milliseconds.
    private const string RoundTrip = "O";
    private const int RoundTripLength = 28;
    private const int Length = 24;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[RoundTripLength];
        value.UtcDateTime.TryFormat(text, out _, RoundTrip, CultureInfo.InvariantCulture);
        text[Length - 1] = (byte)'Z';
        writer.WriteStringValue(text[..Length]);
    }
}
