
namespace StreamChecker.Server.Contract;

/// <summary>One status that a call answers with, and what comes with it.</summary>
internal sealed record CallAnswer(int Status, string Description)
{
    public const string Json = "application/json";

    /// <summary>The shape of the body; null where it is a text, a problem, or where there is none.</summary>
    public Type? Body { get; init; }

    /// <summary>Null where there is no body.</summary>
    public string? ContentType { get; init; }

    /// <summary>The other content types that the body may have.</summary>
    public IReadOnlyList<string> OtherContentTypes { get; init; } = [];

    /// <summary>The problems that the status stands for; none where it is a success.</summary>
    public IReadOnlyList<ProblemContract> Problems { get; init; } = [];

    public IReadOnlyList<AnswerHeader> Headers { get; init; } = [];

    /// <summary>The name of an answer that every call gives alike.</summary>
    public string? SharedAs { get; init; }

    public static CallAnswer Ok<TBody>(string description) => Of<TBody>(StatusCodes.Status200OK, description);

    public static CallAnswer Of<TBody>(int status, string description, params AnswerHeader[] headers) =>
        new(status, description) { Body = typeof(TBody), ContentType = Json, Headers = headers };

    /// <summary>A text that changes with the program's version only.</summary>
    public static CallAnswer Page(string contentType, string description) =>
        new(StatusCodes.Status200OK, description) { ContentType = contentType, Headers = [AnswerHeader.ETag] };

    /// <summary>The caller has that text already.</summary>
    public static CallAnswer NotModified { get; } =
        new(StatusCodes.Status304NotModified, "The content is the one that `If-None-Match` names.") { Headers = [AnswerHeader.ETag] };

    public static CallAnswer Nothing(string description) => new(StatusCodes.Status204NoContent, description);

    public static CallAnswer Refusal(int status, string description, params ProblemContract[] problems) => new(status, description)
    {
        ContentType = "application/problem+json",
        Problems = problems,
        Headers = [.. problems.SelectMany(problem => problem.Headers).Distinct()],
    };
}
