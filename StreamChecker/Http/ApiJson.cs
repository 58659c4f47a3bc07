using System.Text.Json.Serialization;

namespace StreamChecker.Http;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(StartedStream))]
[JsonSerializable(typeof(LiveStream))]
[JsonSerializable(typeof(StreamList))]
[JsonSerializable(typeof(StoppedStreams))]
[JsonSerializable(typeof(StreamLimit))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(LimitReachedProblem))]
[JsonSerializable(typeof(StreamEndedProblem))]
internal sealed partial class ApiJson : JsonSerializerContext;
