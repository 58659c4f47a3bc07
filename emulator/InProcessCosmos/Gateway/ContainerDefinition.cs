using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace InProcessCosmos.Gateway;

/// <summary>What a caller says of a container. What this engine does not support is rejected, not ignored.</summary>
/// <param name="Id">The container's id.</param>
/// <param name="PartitionKeyPath">The path of its partition key.</param>
/// <param name="DefaultTimeToLive">In seconds; null for never, -1 for what says so itself.</param>
/// <param name="Json">All of it, with what the service would add, to be given back.</param>
internal sealed partial record ContainerDefinition(string Id, string PartitionKeyPath, int? DefaultTimeToLive, string Json)
{
    private const string DefaultIndexing =
        """{"indexingMode":"consistent","automatic":true,"includedPaths":[{"path":"/*"}],"excludedPaths":[{"path":"/\"_etag\"/?"}]}""";

    private static readonly (string Name, string Json)[] Defaults =
    [
        ("indexingPolicy", DefaultIndexing),
        ("uniqueKeyPolicy", """{"uniqueKeys":[]}"""),
        ("conflictResolutionPolicy", """{"mode":"LastWriterWins","conflictResolutionPath":"/_ts","conflictResolutionProcedure":""}"""),
        ("geospatialConfig", """{"type":"Geography"}"""),
    ];

    /// <summary>What is said of a container that the engine has made for itself.</summary>
    public static ContainerDefinition Of(string id, string partitionKeyPath, int? defaultTimeToLive) => Read(Gateway.Json.Read(Gateway.Json.Object(json =>
    {
        json.WriteString("id", id);
        json.WriteStartObject("partitionKey");
        json.WriteStartArray("paths");
        json.WriteStringValue(partitionKeyPath);
        json.WriteEndArray();
        json.WriteString("kind", "Hash");
        json.WriteNumber("version", 2);
        json.WriteEndObject();
        if (defaultTimeToLive is { } seconds)
        {
            json.WriteNumber("defaultTtl", seconds);
        }
    })));

    /// <exception cref="RejectedRequestException">It is malformed, or says something that is not supported.</exception>
    public static ContainerDefinition Read(JsonElement body)
    {
        var id = IdRule.Read(body);
        var partitionKeyPath = ReadPartitionKeyPath(body);
        var json = Gateway.Json.Object(json =>
        {
            foreach (var member in body.EnumerateObject().Where(member => !member.Name.StartsWith('_') && !IsEmpty(member.Value)))
            {
                CheckSupported(member);
                member.WriteTo(json);
            }

            foreach (var (name, value) in Defaults.Where(added => !body.TryGetProperty(added.Name, out var present) || IsEmpty(present)))
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value);
            }
        });
        return new(id, partitionKeyPath, ReadTimeToLive(body), Encoding.UTF8.GetString(json.Span));
    }

    private static string ReadPartitionKeyPath(JsonElement body)
    {
        if (!body.TryGetProperty("partitionKey", out var partitionKey) || partitionKey.ValueKind != JsonValueKind.Object
            || !partitionKey.TryGetProperty("paths", out var paths) || paths.ValueKind != JsonValueKind.Array || paths.GetArrayLength() == 0)
        {
            throw RejectedRequestException.Malformed("The partition key definition is missing: {\"partitionKey\":{\"paths\":[\"/…\"]}}.");
        }

        if (paths.GetArrayLength() > 1 || partitionKey.Text("kind") is { } kind && kind != "Hash")
        {
            throw RejectedRequestException.NotSupported("A hierarchical partition key (MultiHash) is");
        }

        var path = paths[0].ValueKind == JsonValueKind.String ? paths[0].GetString()! : "";
        return PathForm().IsMatch(path)
            ? path
            : throw RejectedRequestException.Malformed($"The partition key path '{path}' is not of the form /name or /name/name.");
    }

    private static int? ReadTimeToLive(JsonElement body) =>
        !body.TryGetProperty("defaultTtl", out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var seconds) && seconds is -1 or > 0 ? seconds
        : throw RejectedRequestException.Malformed("The 'defaultTtl' must be -1 or a positive whole number of seconds.");

    private static void CheckSupported(JsonProperty member)
    {
        var supported = member.Name switch
        {
            "id" or "partitionKey" or "defaultTtl" or "indexingPolicy" or "conflictResolutionPolicy" or "geospatialConfig" => true,
            "uniqueKeyPolicy" => member.Value.ValueKind == JsonValueKind.Object
                && (!member.Value.TryGetProperty("uniqueKeys", out var keys) || IsEmpty(keys)),
            _ => false,
        };
        if (!supported)
        {
            throw RejectedRequestException.NotSupported($"The container's '{member.Name}' is");
        }
    }

    [GeneratedRegex("""^(/[^/"'*?\[\]]+)+$""")]
    private static partial Regex PathForm();

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
