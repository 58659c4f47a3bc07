using System.Text.Json.Serialization;

namespace StreamChecker.StoredProcedure;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(StreamCommand))]
[JsonSerializable(typeof(StreamReply))]
internal sealed partial class PartitionJson : JsonSerializerContext;
