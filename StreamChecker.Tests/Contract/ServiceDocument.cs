using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using StreamChecker.Server.Contract;

namespace StreamChecker.Tests.Contract;

/// <summary>What the document says of the service as a whole: who it is, its keys, and what all calls share.</summary>
internal sealed class ServiceDocument(IReadOnlyList<Example> examples) : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "Stream Checker",
            Version = "1",
            Description =
                "A streaming platform calls Stream Checker before playback starts: it counts the user's active streams and, if the user is below their limit, records one more.\n\n" +
                "Bodies are JSON in camelCase, those of many limits JSON lines; times are RFC 3339 in UTC; unknown members are ignored. Lengths of texts are counted in Unicode code points: 256 take at most 1,024 bytes of UTF-8. Every error is a problem document " +
                "(RFC 9457) whose `type` is the path of its documentation. An unknown path returns 404, an unsupported method 405 with `Allow`, both with a problem document; " +
                "on Azure Functions both return 404, and a missing key returns 401, without a body. HEAD returns the same status and headers as GET, without a body.",
            License = new() { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new() { Url = "/" }];
        ProblemSchemas.Put(document);
        PutShared(document, context);
        PutKeys(document);
        return Task.CompletedTask;
    }

    private void PutShared(OpenApiDocument document, OpenApiDocumentTransformerContext context)
    {
        var sharing = (
            from description in context.DescriptionGroups.SelectMany(listed => listed.Items)
            from contract in description.ActionDescriptor.EndpointMetadata.OfType<CallContract>()
            from result in contract.Responses
            select (contract.Name, result.SharedAs)).ToHashSet();
        foreach (var result in SharedResponses.All)
        {
            var response = new OpenApiResponse();
            Responses.Complete(response, result, [.. examples.Where(example => example.IsShown && example.Status == result.Status && (example.Call.Length == 0 || sharing.Contains((example.Call, result.SharedAs))))], document);
            document.AddComponent(result.SharedAs!, response);
        }
    }

    private static void PutKeys(OpenApiDocument document)
    {
        document.AddComponent("key", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "x-functions-key",
            Description = "An API key. A Server without keys accepts requests from its own machine only.",
        });
        document.AddComponent("code", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Query,
            Name = "code",
            Description = "The same key in the query, for callers that cannot set a header: proxies may log it.",
        });
        document.Security =
        [
            new() { [new OpenApiSecuritySchemeReference("key", document)] = [] },
            new() { [new OpenApiSecuritySchemeReference("code", document)] = [] },
        ];
    }
}
