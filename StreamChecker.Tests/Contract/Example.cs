using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StreamChecker.Server.Contract;

namespace StreamChecker.Tests.Contract;

/// <summary>A call that was made, and what came of it.</summary>
internal sealed partial record Example(string Call, string Name, string Summary, Asked Asked, ApiResponse Response)
{
    /// <summary>Tokens are random: the document shows this one, with a key that is not kept.</summary>
    private const string SampleToken = "AT3kDhs6PfiaBqGJX5o7cn1kGVmWrWB5tGdHpQTzkq3l2-P8eUiGhDzbZ1x4vC0yNnXoRjQeYfKwSa";

    /// <summary>Signatures differ each time: the document shows this one, which the published key does not verify.</summary>
    private const string SampleSignature = "c2lnbmF0dXJlcyBkaWZmZXIgZWFjaCB0aW1lLCBzbyB0aGlzIGlzIGEgc2FtcGxlLi4u";

    /// <summary>Whether it belongs in the document; else it only shows that the call returns it.</summary>
    public bool IsShown { get; init; }

    public int Status => (int)Response.Status;

    /// <summary>Whether the request's form was rejected.</summary>
    public bool IsIllFormed => Status is 400 or 408 or 413 or 415;

    /// <summary>Whether the response does not depend on the request.</summary>
    public bool IsShared => Status is 401 or 421 or 429 or 500 or 503;

    /// <summary>The body as the document shows it: JSON as JSON, anything else as text.</summary>
    public JsonNode? ShownBody => ApiResponse.IsJson(Response.ContentType)
        ? JsonNode.Parse(Signature().Replace(TokenInUrl().Replace(Response.Body.GetRawText(), SampleToken), SampleSignature))
        : JsonValue.Create(Response.Content);

    /// <summary>A parameter as the document shows it; null if it was not sent.</summary>
    public string? ShownParameter(string name) =>
        Asked.Parameters.TryGetValue(name, out var value) ? name == CallParameter.PlayerToken.Name ? SampleToken : value : null;

    [GeneratedRegex("(?<=/player/)[A-Za-z0-9_-]+")]
    private static partial Regex TokenInUrl();

    [GeneratedRegex("""(?<="token":"[\w-]+\.[\w-]+\.)[\w-]+""")]
    private static partial Regex Signature();

    public string? HeaderOrNull(string header) =>
        Response.Message.Headers.TryGetValues(header, out var values) || Response.Message.Content.Headers.TryGetValues(header, out values)
            ? string.Join(", ", values)
            : null;
}

/// <summary>What was asked for: the parameters by their names, and the body.</summary>
internal sealed record Asked(IReadOnlyDictionary<string, string> Parameters, JsonNode? Body);

/// <summary>A body as it is sent.</summary>
internal static class BodyText
{
    /// <summary>In an example, JSON stands as it is, and any other text as a string.</summary>
    public static string Of(JsonNode example) => example.GetValueKind() == JsonValueKind.String ? example.GetValue<string>() : example.ToJsonString();
}
