using System.Globalization;
using System.Text.Json;
using InProcessCosmos.Documents;
using InProcessCosmos.Execution;
using InProcessCosmos.Queries;
using InProcessCosmos.Scripts;

namespace InProcessCosmos.Gateway;

/// <summary><c>sprocs</c>: create, read, list, replace, delete and execute stored procedures.</summary>
internal sealed class ProcedureRequests(DocumentEngine engine, CatalogPaths paths)
{
    public async Task<GatewayResponse> HandleAsync(GatewayRequest request, ResourcePath path, Container container, CancellationToken cancellationToken) =>
        (request.Method, path.IsFeed) switch
        {
            ("GET", true) => List(request, container, query: null),
            ("POST", true) when request.Says(CosmosHeaders.IsQuery) => List(request, container, QueryBody.Read(request)),
            ("POST", true) => Create(request, container),
            ("POST", false) => await ExecuteAsync(request, container, paths.Procedure(container, path), cancellationToken),
            ("GET", false) => Read(container, paths.Procedure(container, path)),
            ("PUT", false) => Replace(request, container, paths.Procedure(container, path)),
            ("DELETE", false) => Delete(request, paths.Procedure(container, path)),
            _ => throw RejectedRequestException.NotSupported($"{request.Method} of stored procedures is"),
        };

    private static GatewayResponse Read(Container container, Procedure procedure) =>
        new GatewayResponse(200, Write(container, procedure)).WithEtag(procedure.Etag);

    private static ReadOnlyMemory<byte> Write(Container container, Procedure procedure) => Json.Object(json =>
    {
        var resource = ResourceLinks.ProcedureResource(container, procedure);
        json.WriteString("id", procedure.Id);
        json.WriteString("body", procedure.Body);
        json.WriteString("_rid", resource);
        json.WriteString("_self", $"{container.SelfLink}sprocs/{resource}/");
        json.WriteString("_etag", PartitionTransaction.EtagText(procedure.Etag));
        json.WriteNumber("_ts", procedure.Timestamp);
    });

    private static (string Id, string Body) ReadDefinition(GatewayRequest request)
    {
        var definition = Json.ReadObject(request.Body);
        var id = IdRule.Read(definition);
        var body = definition.Text("body") ?? throw RejectedRequestException.Malformed("The input content is invalid because the required property 'body' is missing.");
        return (id, body);
    }

    private GatewayResponse List(GatewayRequest request, Container container, FeedQuery? query)
    {
        var procedures = engine.Catalog.Procedures(container).Select(procedure => Write(container, procedure));
        return CatalogPage.Of(request, ResourceLinks.ContainerResource(container), "StoredProcedures", query?.Over(procedures) ?? procedures);
    }

    private GatewayResponse Create(GatewayRequest request, Container container)
    {
        var (id, body) = ReadDefinition(request);
        var procedure = engine.Catalog.Add(container, id, body, engine.Clock.Now()) ?? throw RejectedRequestException.Exists();
        return new GatewayResponse(201, Write(container, procedure)).WithEtag(procedure.Etag);
    }

    private GatewayResponse Replace(GatewayRequest request, Container container, Procedure procedure)
    {
        var (id, body) = ReadDefinition(request);
        request.CheckMatch(procedure.Etag);
        return id == procedure.Id
            ? Read(container, engine.Catalog.Replace(procedure, body, engine.Clock.Now()))
            : throw RejectedRequestException.NotSupported("Another id for a stored procedure that is there already is");
    }

    private GatewayResponse Delete(GatewayRequest request, Procedure procedure)
    {
        request.CheckMatch(procedure.Etag);
        engine.Catalog.Remove(procedure);
        return new(204);
    }

    private async Task<GatewayResponse> ExecuteAsync(GatewayRequest request, Container container, Procedure procedure, CancellationToken cancellationToken)
    {
        var address = PartitionKeyHeader.Read(request, container);
        var work = new ProcedureWorkItem(address, procedure, ProcedureArguments.Read(request.Body), new(request.Header), cancellationToken);
        var outcome = await (engine.TryRun(work) ?? throw RejectedRequestException.Busy());
        var response = outcome switch
        {
            ScriptOutcome.Completed completed => new GatewayResponse(200, completed.Body).Charge(completed.Charge),
            ScriptOutcome.Failed failed => ErrorResponse.Of(
                failed.Status, failed.Number, $"Encountered exception while {Doing(failed)}. Exception = {failed.Message}{Trace(failed)}", request.ActivityId),
            _ => throw new InvalidOperationException($"No response is known for {outcome}."),
        };
        return response.With(CosmosHeaders.ScriptLog, outcome.Log is { Length: > 0 } lines ? Uri.EscapeDataString(lines) : null);
    }

    private static string Doing(ScriptOutcome.Failed failed) =>
        failed.Number == ScriptOutcome.Failed.CompileError ? "compiling Javascript" : "executing function";

    private static string Trace(ScriptOutcome.Failed failed) => failed.Trace is { Length: > 0 } trace ? $"\r\nStack trace: {trace}" : "";
}

/// <summary>
/// The arguments of a stored procedure, as the body of its call gives them: an array, or what
/// <c>Function.prototype.apply</c> takes for one.
/// </summary>
internal static class ProcedureArguments
{
    private const int MostArguments = 65_535;

    /// <exception cref="RejectedRequestException">The body is neither an array nor like one.</exception>
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
            _ => throw RejectedRequestException.Malformed("The arguments of a stored procedure must be a JSON array."),
        };
    }

    private static byte[] ArrayLike(JsonElement arguments)
    {
        var length = arguments.TryGetProperty("length", out var given) ? Length(given) : 0;
        if (length > MostArguments)
        {
            throw RejectedRequestException.Malformed($"A stored procedure takes at most {MostArguments} arguments.");
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
