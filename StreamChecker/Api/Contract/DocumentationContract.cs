namespace StreamChecker.Api.Contract;

/// <summary>The calls of people who read.</summary>
public static class DocumentationContract
{
    private const string Subject = "Documentation";

    /// <summary><c>GET /openapi.json</c></summary>
    public static readonly CallContract OpenApi = new("OpenApi", Subject, "Gives this document")
    {
        Answers = [CallAnswer.Text(CallAnswer.Json, "The OpenAPI document.") with { Body = typeof(object) }],
    };

    /// <summary><c>GET /docs</c></summary>
    public static readonly CallContract Docs = new("Docs", Subject, "Shows this document in a browser")
    {
        Answers = [CallAnswer.Text("text/html", "A page to read and to try the calls.")],
    };

    /// <summary><c>GET /docs/{asset}</c></summary>
    public static readonly CallContract DocsAsset = new("DocsAsset", Subject, "Gives a part of that page")
    {
        Parameters = [new("asset", "path", "The file's name.")],
        Answers = [CallAnswer.Text("text/css", "The file."), SharedAnswers.NotFound],
    };

    /// <summary><c>GET /problems/{name}</c></summary>
    public static readonly CallContract Problem = new("Problem", Subject, "Explains a type of problem")
    {
        Description = "The `type` of a problem is the path of this call.",
        Parameters = [new("name", "path", "The last part of the problem's `type`.")],
        Answers = [CallAnswer.Text("text/markdown", "What the problem means and what a client should do."), SharedAnswers.NotFound],
    };
}
