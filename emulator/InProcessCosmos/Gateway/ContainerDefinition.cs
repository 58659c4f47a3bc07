using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace InProcessCosmos.Gateway;

/// <summary>What a caller says of a container. What this engine does not support is rejected, not ignored.</summary>
/// <param name="Id">The container's id.</param>
/// <param name="PartitionKeyPath">The path of its partition key.</param>
/// <param name="DefaultTimeToLive">In seconds; null for never, -1 for what says so itself.</param>
/// <param name="Json">All of it, with what the service would add, to be given back.</param>
internal sealed partial record ContainerDefinition(string Id, string PartitionKeyPath, int? DefaultTimeToLive, string Json)
{
    private const string IndexingPolicy = "indexingPolicy";

    private static readonly (string Name, string Json)[] Defaults =
    [
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
                if (member.Name != IndexingPolicy)
                {
                    member.WriteTo(json);
                }
            }

            json.WritePropertyName(IndexingPolicy);
            IndexingPolicyDefinition.Complete(body.TryGetProperty(IndexingPolicy, out var policy) ? policy : default).WriteTo(json);

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
            "id" or "partitionKey" or "defaultTtl" or IndexingPolicy or "conflictResolutionPolicy" or "geospatialConfig" => true,
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

/// <summary>
/// The indexing policy of a container. It has no effect here, but clients read it back, so it is checked and completed as the
/// service does it.
/// </summary>
internal static class IndexingPolicyDefinition
{
    private const string Everything = "/*";
    private const string Etag = "/\"_etag\"/?";

    /// <param name="given">What the caller says; undefined or null where they say nothing.</param>
    /// <exception cref="RejectedRequestException">It is malformed.</exception>
    public static JsonObject Complete(JsonElement given)
    {
        var policy = given.ValueKind switch
        {
            JsonValueKind.Object => JsonObject.Create(given)!,
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            _ => throw RejectedRequestException.Malformed("The 'indexingPolicy' must be an object."),
        };
        var none = Mode(policy) == "none";
        policy["automatic"] ??= !none;
        var (included, excluded) = (Paths(policy, "includedPaths"), Paths(policy, "excludedPaths"));
        if (none)
        {
            return policy;
        }

        if (!Has(included, Everything) && !Has(excluded, Everything))
        {
            if (included.Count > 0)
            {
                throw RejectedRequestException.Malformed("The indexing policy must have the path /* among its included or its excluded paths.");
            }

            Add(included, Everything);
        }

        if (!Has(included, Etag) && !Has(excluded, Etag))
        {
            Add(excluded, Etag);
        }

        return policy;
    }

    private static string Mode(JsonObject policy)
    {
        policy["indexingMode"] ??= "consistent";
        return policy["indexingMode"] is JsonValue value && value.TryGetValue(out string? mode) && mode.ToLowerInvariant() is ("consistent" or "lazy" or "none") and var known
            ? known
            : throw RejectedRequestException.Malformed("The 'indexingMode' must be consistent, lazy or none.");
    }

    private static JsonArray Paths(JsonObject policy, string name)
    {
        policy[name] ??= new JsonArray();
        return policy[name] is JsonArray paths && paths.All(path => path is JsonObject && path["path"]?.GetValueKind() == JsonValueKind.String)
            ? paths
            : throw RejectedRequestException.Malformed($"The indexing policy's '{name}' must be an array of objects with a 'path'.");
    }

    private static bool Has(JsonArray paths, string path) => paths.Any(given => given!["path"]!.GetValue<string>() == path);

    private static void Add(JsonArray paths, string path) => paths.Add((JsonNode)new JsonObject { ["path"] = path });
}
