using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace StreamChecker.Tests.Contract;

/// <summary>
/// Makes <c>openapi.json</c> of the Server's endpoints, with the examples that <see cref="ExampleScript"/> brought home. It
/// is part of the tests, so that neither host carries a generator.
/// </summary>
internal static class OpenApiGenerator
{
    private const string Document = "openapi";

    public static async Task<string> GenerateAsync(IReadOnlyList<Example> examples)
    {
        await using var server = new StreamServer().With(services =>
        {
            services.AddOpenApi(Document, options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                // HEAD is GET without its body, OPTIONS a browser's preflight: the document says so once, not at each operation.
                options.ShouldInclude = description => description.HttpMethod != HttpMethods.Head && description.HttpMethod != HttpMethods.Options;
                options.AddSchemaTransformer(new ResponseSchemas());
                options.AddOperationTransformer(new CallOperations(examples));
                options.AddDocumentTransformer(new ServiceDocument(examples));
            });
            services.Configure<JsonOptions>(json =>
            {
                // As the service reads and writes: numbers are numbers, enumerations their names.
                json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
                json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            });
        });
        var document = await server.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync();
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1) + "\n";
    }
}
