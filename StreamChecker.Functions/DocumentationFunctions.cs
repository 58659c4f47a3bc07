using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using StreamChecker.Http;

namespace StreamChecker.Functions;

/// <summary>The OpenAPI document and the documentation pages. Anonymous.</summary>
public sealed class DocumentationFunctions
{
    /// <summary><c>GET /openapi.json</c></summary>
    [Function("OpenApi")]
    public IResult OpenApi([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "openapi.json")] HttpRequest request) =>
        Documentation.OpenApi();

    /// <summary><c>GET /docs</c></summary>
    [Function("Docs")]
    public IResult Docs([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "docs")] HttpRequest request) =>
        Documentation.Page();

    /// <summary><c>GET /docs/{asset}</c></summary>
    [Function("DocsAsset")]
    public IResult Asset([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "docs/{asset}")] HttpRequest request, string asset) =>
        Documentation.Asset(asset);

    /// <summary><c>GET /problems/{name}</c></summary>
    [Function("Problem")]
    public IResult Problem([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "problems/{name}")] HttpRequest request, string name) =>
        Documentation.Problem(name);
}
