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

    /// <exception cref="RefusedRequestException">The body is no patch.</exception>
    /// <exception cref="FeedQueryException">The condition is malformed.</exception>
    public static DocumentPatch Read(GatewayRequest request)
    {
        var body = Json.Read(request.Body);
        var operations = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("operations", out var given) ? given : body;
        if (operations.ValueKind != JsonValueKind.Array || operations.GetArrayLength() is 0 or > MostOperations)
        {
            throw RefusedRequestException.Malformed($"A patch is an array of 1 to {MostOperations} operations.");
        }

        var condition = body.ValueKind == JsonValueKind.Object ? body.Text("condition") : null;
        return new(condition is null ? null : FeedQuery.Parse($"SELECT * {condition}", QueryParameters.None), [.. operations.EnumerateArray()]);
    }

    /// <summary>The document as the patch leaves it.</summary>
    /// <exception cref="RefusedRequestException">The condition does not hold, or an operation cannot be done.</exception>
    public byte[] Apply(Container container, StoredDocument document)
    {
        if (condition is not null && !condition.Over([DocumentText.Of(container, document)]).Any())
        {
            throw RefusedRequestException.PreconditionFailed();
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
            throw RefusedRequestException.Malformed("A patch operation is an object with the members op and path.");
        }

        if (IncomingDocument.IsSystemProperty(path[1..].Split('/')[0]))
        {
            throw RefusedRequestException.Malformed($"The patch path '{path}' leads to a system property.");
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
                var source = PatchTarget.Find(document, operation.Text("from") ?? throw RefusedRequestException.Malformed("A move needs the member from."));
                var moved = source.Value;
                source.Remove();
                PatchTarget.Find(document, path).Insert(moved);
                break;
            default:
                throw RefusedRequestException.NotSupported($"The patch operation '{kind}' is");
        }
    }

    private static void Increment(PatchTarget target, JsonElement operation)
    {
        if (Value(operation) is not JsonValue by || by.GetValueKind() != JsonValueKind.Number)
        {
            throw RefusedRequestException.Malformed("An increment needs a number as its value.");
        }

        if (!target.Exists)
        {
            target.Insert(by);
            return;
        }

        target.Replace(target.Value is JsonValue before && before.GetValueKind() == JsonValueKind.Number
            ? Sum(before, by)
            : throw RefusedRequestException.Malformed("Only a number can be incremented."));
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
            : throw RefusedRequestException.Malformed("The patch operation needs the member value.");
}
