using StreamChecker.Http;
namespace StreamChecker.Server.Contract;

/// <summary>The calls of people who read.</summary>
public static class DocumentationContract
{
    private const string Subject = "Documentation";

    /// <summary><c>GET /openapi.json</c></summary>
    public static readonly CallContract OpenApi = new("OpenApi", Subject, "Gives this document")
    {
        Description = "For programs: generators of clients, contract tests. It needs no key.",
        Answers = [CallAnswer.Page(CallAnswer.Json, "The OpenAPI document.") with { Body = typeof(object) }, CallAnswer.NotModified],
    };

    /// <summary><c>GET /docs</c></summary>
    public static readonly CallContract Docs = new("Docs", Subject, "Shows this document in a browser")
    {
        Description = "For people. The page loads nothing from anywhere else, and needs no key.",
        Answers = [CallAnswer.Page("text/html", "A page to read and to try the calls."), CallAnswer.NotModified],
    };

    /// <summary><c>GET /docs/{asset}</c></summary>
    public static readonly CallContract DocsAsset = new("DocsAsset", Subject, "Gives a part of that page")
    {
        Description = "The user interface's script and style, out of the program itself.",
        Parameters = [new("asset", "path", "The file's name.") { Values = [Documentation.Style, Documentation.Script] }],
        Answers = [CallAnswer.Page("text/css", "The file.") with { OtherContentTypes = ["text/javascript"] }, CallAnswer.NotModified, SharedAnswers.NotFound],
    };

    /// <summary><c>GET /problems/{name}</c></summary>
    public static readonly CallContract Problem = new("Problem", Subject, "Explains a type of problem")
    {
        Description = "The `type` of a problem is the path of this call.",
        Parameters = [new("name", "path", "The last part of the problem's `type`.") { Values = [.. ProblemTypes.All.Select(type => type.Split('/')[^1])] }],
        Answers =
        [
            CallAnswer.Page("text/markdown", "What the problem means and what a client should do."), CallAnswer.NotModified, SharedAnswers.NotFound,
        ],
    };
}
