using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InProcessCosmos.Documents;
using InProcessCosmos.Queries;

namespace InProcessCosmos.Gateway;

/// <summary>
/// What a PATCH does to a document: https://learn.microsoft.com/azure/cosmos-db/partial-document-update. The body is
/// <c>{"condition": "from c where …", "operations": […]}</c>, or the array of operations alone.
/// </summary>
internal sealed class DocumentPatch
{
    private const int MostOperations = 10;

    private readonly FeedQuery? condition;
    private readonly IReadOnlyList<JsonElement> operations;

    private DocumentPatch(FeedQuery? condition, IReadOnlyList<JsonElement> operations) => (this.condition, this.operations) = (condition, operations);

    /// <exception cref="RejectedRequestException">The body is no patch.</exception>
    /// <exception cref="FeedQueryException">The condition is malformed.</exception>
    public static DocumentPatch Read(GatewayRequest request)
    {
        var body = Json.Read(request.Body);
        var operations = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("operations", out var given) ? given : body;
        if (operations.ValueKind != JsonValueKind.Array || operations.GetArrayLength() is 0 or > MostOperations)
        {
            throw RejectedRequestException.Malformed($"A patch is an array of 1 to {MostOperations} operations.");
        }

        var condition = body.ValueKind == JsonValueKind.Object ? body.Text("condition") : null;
        return new(condition is null ? null : FeedQuery.Parse($"SELECT * {condition}", QueryParameters.None), [.. operations.EnumerateArray()]);
    }

    /// <summary>The document as the patch leaves it.</summary>
    /// <exception cref="RejectedRequestException">The condition does not hold, or an operation cannot be done.</exception>
    public byte[] Apply(Container container, StoredDocument document)
    {
        if (condition is not null && !condition.Over([DocumentJson.Of(container, document)]).Any())
        {
            throw RejectedRequestException.PreconditionFailed();
        }

        var patched = JsonNode.Parse(document.Json.Span, documentOptions: DeepJson.Document)!;
        foreach (var operation in operations)
        {
            Apply(operation, patched);
        }

        return Encoding.UTF8.GetBytes(patched.ToJsonString(DeepJson.Serializer));
    }

    private static void Apply(JsonElement operation, JsonNode document)
    {
        if (operation.ValueKind != JsonValueKind.Object || operation.Text("op") is not { } kind || operation.Text("path") is not { } path)
        {
            throw RejectedRequestException.Malformed("A patch operation is an object with the members op and path.");
        }

        if (IncomingDocument.IsSystemProperty(path[1..].Split('/')[0]))
        {
            throw RejectedRequestException.Malformed($"The patch path '{path}' leads to a system property.");
        }

        var target = PatchTarget.Find(document, path);
        switch (kind.ToLowerInvariant())
        {
            case "add":
                target.Insert(Value(operation));
                break;
            case "set" when target.Exists:
            case "replace":
                target.Replace(Value(operation));
                break;
            case "set":
                target.Insert(Value(operation));
                break;
            case "remove":
                target.Remove();
                break;
            case "incr" or "increment":
                Increment(target, operation);
                break;
            case "move":
                var source = PatchTarget.Find(document, operation.Text("from") ?? throw RejectedRequestException.Malformed("A move needs the member from."));
                var moved = source.Value;
                source.Remove();
                PatchTarget.Find(document, path).Insert(moved);
                break;
            default:
                throw RejectedRequestException.NotSupported($"The patch operation '{kind}' is");
        }
    }

    private static void Increment(PatchTarget target, JsonElement operation)
    {
        if (Value(operation) is not JsonValue by || by.GetValueKind() != JsonValueKind.Number)
        {
            throw RejectedRequestException.Malformed("An increment needs a number as its value.");
        }

        if (!target.Exists)
        {
            target.Insert(by);
            return;
        }

        target.Replace(target.Value is JsonValue before && before.GetValueKind() == JsonValueKind.Number
            ? Sum(before, by)
            : throw RejectedRequestException.Malformed("Only a number can be incremented."));
    }

    /// <summary>Whole numbers stay whole.</summary>
    private static JsonValue Sum(JsonValue before, JsonValue by) =>
        before.TryGetValue<long>(out var a) && by.TryGetValue<long>(out var b) && (Int128)a + b is var sum && sum >= long.MinValue && sum <= long.MaxValue
            ? JsonValue.Create((long)sum)
            : JsonValue.Create(Number(before) + Number(by));

    private static double Number(JsonValue value) => value.TryGetValue<double>(out var number) ? number : value.GetValue<long>();

    private static JsonNode? Value(JsonElement operation) =>
        operation.TryGetProperty("value", out var value)
            ? JsonNode.Parse(value.GetRawText(), documentOptions: DeepJson.Document)
            : throw RejectedRequestException.Malformed("The patch operation needs the member value.");
}

/// <summary>The place in a document that a patch's path leads to: a member of an object, or an element of an array.</summary>
internal readonly struct PatchTarget
{
    private readonly string path;
    private readonly JsonNode parent;
    private readonly string key;

    private PatchTarget(string path, JsonNode parent, string key) => (this.path, this.parent, this.key) = (path, parent, key);

    public bool Exists => parent is JsonArray array ? key != "-" && Index(array) < array.Count : parent.AsObject().ContainsKey(key);

    public JsonNode? Value => !Exists ? throw Missing() : parent is JsonArray array ? array[Index(array)] : parent[key];

    /// <exception cref="RejectedRequestException">The path is malformed, or what it leads through is missing.</exception>
    public static PatchTarget Find(JsonNode document, string path)
    {
        if (!path.StartsWith('/') || path.Length == 1)
        {
            throw RejectedRequestException.Malformed($"The patch path '{path}' is not of the form /name or /name/name.");
        }

        var keys = Array.ConvertAll(path[1..].Split('/'), Unescape);
        var parent = document;
        foreach (var key in keys.AsSpan(0, keys.Length - 1))
        {
            parent = parent is JsonObject or JsonArray && new PatchTarget(path, parent, key) is { Exists: true } step ? step.Value : null;
        }

        return parent is JsonObject or JsonArray
            ? new(path, parent, keys[^1])
            : throw RejectedRequestException.Malformed($"The patch path '{path}' leads through what the document does not have.");
    }

    /// <summary>Sets a member, or makes room for an element in front of the one that is there.</summary>
    public void Insert(JsonNode? value)
    {
        if (parent is JsonArray array)
        {
            array.Insert(key == "-" ? array.Count : Index(array), value);
        }
        else
        {
            parent[key] = value;
        }
    }

    /// <summary>Sets what is there already.</summary>
    public void Replace(JsonNode? value)
    {
        if (!Exists)
        {
            throw Missing();
        }

        if (parent is JsonArray array)
        {
            array[Index(array)] = value;
        }
        else
        {
            parent[key] = value;
        }
    }

    public void Remove()
    {
        if (!Exists)
        {
            throw Missing();
        }

        if (parent is JsonArray array)
        {
            array.RemoveAt(Index(array));
        }
        else
        {
            parent.AsObject().Remove(key);
        }
    }

    private static string Unescape(string key) => key.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private int Index(JsonArray array) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= array.Count
            ? index
            : throw RejectedRequestException.Malformed($"The patch path '{path}' is not within its array.");

    private RejectedRequestException Missing() => RejectedRequestException.Malformed($"The patch path '{path}' leads to nothing in the document.");
}
