using System.IO.Compression;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace StreamChecker.Api;

/// <summary>The contract, for people and programs. Everything comes out of the program itself: it works without a network.</summary>
public static class Documentation
{
    private const string UserInterface = "Swashbuckle.AspNetCore.SwaggerUI.node_modules.swagger_ui_dist.";

    /// <summary><c>GET /openapi.json</c>: the OpenAPI 3.1 document.</summary>
    public static IResult OpenApi() => Own("openapi.json", "application/json");

    /// <summary><c>GET /docs</c>: a page to read the document and to try the calls.</summary>
    public static IResult Page() => Own("docs.html", "text/html; charset=utf-8");

    /// <summary><c>GET /docs/{asset}</c>: a part of that page.</summary>
    public static IResult Asset(string asset) => asset switch
    {
        "swagger-ui-bundle.js" => Packed(asset, "text/javascript; charset=utf-8"),
        "swagger-ui.css" => Packed(asset, "text/css; charset=utf-8"),
        _ => Api.Problem.Of(StatusCodes.Status404NotFound),
    };

    /// <summary><c>GET /problems/{name}</c>: what a problem's <c>type</c> means and what a client should do.</summary>
    public static IResult Problem(string name) =>
        Assembly.GetExecutingAssembly().GetManifestResourceInfo($"problems.{name}.md") is null
            ? Api.Problem.Of(StatusCodes.Status404NotFound)
            : Own($"problems.{name}.md", "text/markdown; charset=utf-8");

    private static FileStreamHttpResult Own(string resource, string contentType) =>
        TypedResults.Stream(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!, contentType);

    /// <summary>The package of the user interface holds its files compressed.</summary>
    private static FileStreamHttpResult Packed(string file, string contentType) => TypedResults.Stream(
        new GZipStream(
            typeof(Swashbuckle.AspNetCore.SwaggerUI.SwaggerUIOptions).Assembly.GetManifestResourceStream(UserInterface + file)!, CompressionMode.Decompress),
        contentType);
}
