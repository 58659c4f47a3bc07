using System.Text.Json.Serialization;

namespace StreamChecker.Api;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(StartedStream))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(LimitReachedProblem))]
[JsonSerializable(typeof(StreamEndedProblem))]
internal sealed partial class ApiJson : JsonSerializerContext;
