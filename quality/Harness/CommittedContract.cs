using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace StreamChecker.Harness;

/// <summary>The committed <c>openapi.json</c>, as a program without other knowledge of the service reads it.</summary>
internal static class CommittedContract
{
    private static readonly Dictionary<JsonNode, JsonSchema> Compiled = new(ReferenceEqualityComparer.Instance);

    /// <summary>A little deeper than any body that is accepted.</summary>
    public const int MaxDepth = 130;

    private static readonly JsonSerializerOptions AsDeepAsBodies = new() { MaxDepth = MaxDepth };

    public static JsonObject Document { get; } = JsonNode.Parse(RepositoryFiles.Text("openapi.json"))!.AsObject();

    public static IReadOnlyList<Operation> Operations { get; } =
    [
        .. from path in Document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select new Operation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
    ];

    /// <summary>The operation that a request is; null where the document has none.</summary>
    public static Operation? Find(string method, string path) =>
        Operations.FirstOrDefault(operation => operation.Method == method && operation.Matches(path));

    /// <summary>What a reference refers to, or the node itself.</summary>
    public static JsonNode Resolve(JsonNode node) => node["$ref"]?.GetValue<string>() is { } reference
        ? reference.Split('/').Skip(1).Aggregate((JsonNode)Document, (within, name) => within[name]!)
        : node;

    /// <summary>The error of a value by its schema; null if it is valid.</summary>
    public static string? SchemaError(JsonNode? schema, JsonNode? value)
    {
        if (schema is null)
        {
            return null;
        }

        var json = JsonSerializer.SerializeToElement(value, AsDeepAsBodies);
        return SchemaEvaluation.Error(
            () => Compiled.TryGetValue(schema, out var compiled) ? compiled : Compiled[schema] = Compile(schema), json);
    }

    private static JsonSchema Compile(JsonNode schema)
    {
        // The document's schemas refer to its components, which a schema by itself knows as its definitions.
        var whole = new JsonObject
        {
            ["allOf"] = new JsonArray(schema.DeepClone()),
            ["$defs"] = Document["components"]!["schemas"]!.DeepClone(),
        };
        return JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }

    /// <summary>One operation of the document.</summary>
    internal sealed record Operation(string Method, string Path, JsonObject Json)
    {
        private readonly TemplateMatcher matcher = new(TemplateParser.Parse(Path), []);

        public string Id => Json["operationId"]!.GetValue<string>();

        public bool Matches(string path) => matcher.TryMatch(path, new RouteValueDictionary());

        public JsonObject? Response(int status) =>
            Json["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)] is { } response ? Resolve(response).AsObject() : null;
    }
}
