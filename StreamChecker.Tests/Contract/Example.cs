using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Contract;

/// <summary>A call that was made, and what came of it.</summary>
internal sealed record Example(string Call, string Name, string Summary, Asked Asked, Answer Answer)
{
    /// <summary>Whether it belongs into the document; else it only shows that the call answers so.</summary>
    public bool IsShown { get; init; }

    public int Status => (int)Answer.Status;

    /// <summary>Whether it is the request's form that was refused.</summary>
    public bool IsIllFormed => Status is 400 or 408 or 413 or 415;

    /// <summary>Whether the answer had nothing to do with what was asked for.</summary>
    public bool IsShared => Status is 401 or 421 or 500 or 503;

    /// <summary>The body as the document shows it: JSON as JSON, anything else as text.</summary>
    public JsonNode? ShownBody => Answer.ContentType is { } type && type.EndsWith("json", StringComparison.Ordinal)
        ? JsonNode.Parse(Answer.Body.GetRawText())
        : JsonValue.Create(Answer.Content);

    public string? HeaderOrNull(string header) =>
        Answer.Response.Headers.TryGetValues(header, out var values) || Answer.Response.Content.Headers.TryGetValues(header, out values)
            ? string.Join(", ", values)
            : null;
}

/// <summary>What was asked for: the parameters by their names, and the body.</summary>
internal sealed record Asked(IReadOnlyDictionary<string, string> Parameters, JsonNode? Body);
