using System.IO.Compression;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace StreamChecker.Http;

/// <summary>The OpenAPI document and the pages that explain it. All content is embedded, so it works without a network.</summary>
public static class Documentation
{
    internal const string Style = "swagger-ui.css";
    internal const string Script = "swagger-ui-bundle.js";

    private const string UserInterface = "Swashbuckle.AspNetCore.SwaggerUI.node_modules.swagger_ui_dist.";

    /// <summary><c>GET /openapi.json</c>: the OpenAPI 3.1 document.</summary>
    public static IResult OpenApi() => Own("openapi.json", "application/json");

    /// <summary><c>GET /docs</c>: a page that shows the document and sends requests.</summary>
    public static IResult Page() => Own("docs.html", "text/html; charset=utf-8");

    /// <summary><c>GET /docs/{asset}</c>: a file of that page.</summary>
    public static IResult Asset(string asset) => asset switch
    {
        Script => Packed(asset, "text/javascript; charset=utf-8"),
        Style => Packed(asset, "text/css; charset=utf-8"),
        _ => Http.Problem.Of(StatusCodes.Status404NotFound),
    };

    /// <summary><c>GET /problems/{name}</c>: the documentation of a problem type.</summary>
    public static IResult Problem(string name) =>
        Assembly.GetExecutingAssembly().GetManifestResourceInfo($"problems.{name}.md") is null
            ? Http.Problem.Of(StatusCodes.Status404NotFound)
            : Own($"problems.{name}.md", "text/markdown; charset=utf-8");

    /// <summary>A text of this assembly.</summary>
    internal static IResult Own(string resource, string contentType) =>
        new PackagedText(Assembly.GetExecutingAssembly(), resource, contentType, IsPacked: false);

    /// <summary>The package of the user interface contains compressed files.</summary>
    private static PackagedText Packed(string file, string contentType) =>
        new(typeof(SwaggerUIOptions).Assembly, UserInterface + file, contentType, IsPacked: true);

    /// <summary>
    /// A text embedded in an assembly. Its entity tag is the module version ID of the assembly: browsers cache it and revalidate it with each
    /// request.
    /// </summary>
    private sealed record PackagedText(Assembly Assembly, string Resource, string ContentType, bool IsPacked) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "no-cache";
            var content = Assembly.GetManifestResourceStream(Resource)!;
            return TypedResults.Stream(
                IsPacked ? new GZipStream(content, CompressionMode.Decompress) : content,
                ContentType,
                entityTag: new EntityTagHeaderValue($"\"{Assembly.ManifestModule.ModuleVersionId:N}\"")).ExecuteAsync(httpContext);
        }
    }
}
