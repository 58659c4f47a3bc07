using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using StreamChecker.Http;
using StreamChecker.Server.Contract;

namespace StreamChecker.Tests.Contract;

/// <summary>What the contract says of a response: its description, headers, links, problems and examples.</summary>
internal static class Responses
{
    public static void Complete(OpenApiResponse response, CallResponse result, IReadOnlyList<Example> examples, OpenApiDocument document)
    {
        response.Description = result.Description;
        if (result.Headers.Count > 0)
        {
            response.Headers = result.Headers.ToDictionary(header => header.Name, IOpenApiHeader (header) => Header(header, examples));
        }

        if (result.Links.Count > 0)
        {
            response.Links = result.Links.ToDictionary(link => link.Call, IOpenApiLink (link) => Link(link));
        }

        if (result.ContentType is { } contentType)
        {
            var content = (response.Content ??= new Dictionary<string, OpenApiMediaType>())[contentType] =
                response.Content.TryGetValue(contentType, out var known) ? known : new();
            content.Schema = ProblemSchema(result.Problems, document) ?? (contentType == RequestBody.JsonLines ? Lines(content.Schema!) : content.Schema);
            content.Examples = examples.Count == 0 ? null : examples.ToDictionary(
                example => example.Name, IOpenApiExample (example) => new OpenApiExample { Summary = example.Summary, Value = example.ShownBody });
        }
    }

    /// <summary>The schema of a text of JSON lines: JSON Schema has no word for the schema of a line, and <c>contentSchema</c> is the nearest.</summary>
    public static OpenApiSchema Lines(IOpenApiSchema line) => new()
    {
        Type = JsonSchemaType.String,
        Description = "One JSON object a line; `contentSchema` is that of a line.",
        // Keywords of JSON Schema that the library has no properties for.
        Extensions = new Dictionary<string, IOpenApiExtension>
        {
            ["contentMediaType"] = new JsonNodeExtension(RequestBody.JsonLines),
            ["contentSchema"] = new JsonNodeExtension(new JsonObject { ["$ref"] = "#/components/schemas/" + ((OpenApiSchemaReference)line).Reference.Id }),
        },
    };

    private static IOpenApiSchema? ProblemSchema(IReadOnlyList<ProblemContract> problems, OpenApiDocument document)
    {
        List<IOpenApiSchema> references = [.. problems.Select(problem => new OpenApiSchemaReference(ProblemSchemas.NameOf(problem), document))];
        return references switch
        {
            [] => null,
            [var only] => only,
            _ => new OpenApiSchema { OneOf = references },
        };
    }

    private static OpenApiLink Link(ResponseLink link) => new()
    {
        OperationId = link.Call,
        Description = link.Description,
        Parameters = new Dictionary<string, RuntimeExpressionAnyWrapper>
        {
            [link.Parameter.Name] = new() { Expression = RuntimeExpression.Build($"$response.body#/{link.Member}") },
        },
    };

    private static OpenApiHeader Header(ResponseHeader header, IEnumerable<Example> examples)
    {
        var value = header.Changes ? null : examples.Select(example => example.HeaderOrNull(header.Name)).FirstOrDefault(value => value is not null);
        return new()
        {
            Description = header.Description,
            Required = !header.Optional,
            Schema = header.IsNumber
                ? new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" }
                : new OpenApiSchema { Type = JsonSchemaType.String },
            Example = value is null ? null : header.IsNumber ? JsonValue.Create(int.Parse(value, CultureInfo.InvariantCulture)) : JsonValue.Create(value),
        };
    }
}
