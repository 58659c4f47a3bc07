using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamChecker.Http;

namespace StreamChecker.Server.Contract;

/// <summary>
/// What one call takes and answers. It stands at the call's route as metadata; nothing reads it there but the generator of
/// <c>openapi.json</c>.
/// </summary>
public sealed record CallContract
{
    internal CallContract(string name, string subject, string summary) => (Name, Subject, Summary) = (name, subject, summary);

    /// <summary>The operation's id, which is also the name of its trigger in the Functions app.</summary>
    internal string Name { get; }

    /// <summary>What the call is about: the heading that it stands under.</summary>
    internal string Subject { get; }

    internal string Summary { get; }

    internal string? Description { get; init; }

    /// <summary>The shape of the JSON body that the call takes; null where it takes none.</summary>
    internal Type? Body { get; init; }

    /// <summary>The parameters beside the body.</summary>
    internal IReadOnlyList<CallParameter> Parameters { get; init; } = [];

    internal IReadOnlyList<CallResponse> Responses { get; init; } = [];
}

/// <summary>A parameter in the path, the query or a header.</summary>
internal sealed record CallParameter(string Name, string In, string Description)
{
    /// <summary>How the id of a stream record looks: base64url.</summary>
    public const string IdPattern = "^[A-Za-z0-9_-]+$";

    public static readonly CallParameter RecordId = new(
        "id", "path", "The stream record's id, as the start gave it. It is opaque.")
    {
        MaxLength = 1399, Pattern = IdPattern,
    };

    public static readonly CallParameter UserId = new(UserIdQuery.Name, "query", "Whose streams or limit are meant: percent-encoded UTF-8.")
    {
        MaxLength = FieldText.MaxLength, Pattern = FieldText.Pattern,
    };

    public static readonly CallParameter IdempotencyKey = new(
        IdempotencyKeyHeader.Name,
        "header",
        "Makes a retry the same call, which takes effect once and gets the same response: 1 to 255 visible ASCII characters, new for each call. A start's key is remembered while its stream is active and at least a minute after its end, normally ten; another call's among the user's last eight.")
    {
        Optional = true, MaxLength = StreamChecker.IdempotencyKey.MaxLength, Pattern = "^[!-~]+$",
    };

    public bool Optional { get; init; }

    public int MaxLength { get; init; }

    public string? Pattern { get; init; }

    /// <summary>All values that the parameter takes; none where there are too many to list.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}

/// <summary>The shape of the body of a start. <c>BodyReader</c> reads it member by member, so as to name the first that is wrong.</summary>
internal sealed record StartBody(
    [property: Description("Who wants to watch. Kept exactly as sent, compared by ordinal."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string UserId,
    [property: Description("What is to play. The same stream twice is two streams."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string StreamId,
    [property: Description("Where it is to play, as the viewer should read it."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string? DeviceName = null,
    [property: Description("What happens at the limit: the start is refused, or the oldest streams end, as many as it takes.")] OnLimit? OnLimit = null,
    [property: Description("The ids of streams of the same user that end when this one starts. Ids of streams that are over are ignored.")] IReadOnlyList<string>? Replace = null);

/// <summary>The shape of the body that sets a limit.</summary>
internal sealed record LimitBody(
    [property: Description("How many streams the user may have at once."), Range(0, UserLimit.Largest)] int MaxConcurrentStreams);

/// <summary>Puts a call's contract at its route, in the words of ASP.NET Core's metadata as far as these go.</summary>
public static class ContractRoutes
{
    /// <summary>Says what the route's call takes and answers.</summary>
    public static RouteHandlerBuilder WithContract(this RouteHandlerBuilder route, CallContract contract)
    {
        route.WithName(contract.Name).WithTags(contract.Subject).WithSummary(contract.Summary).WithMetadata(contract);
        if (contract.Description is { } description)
        {
            route.WithDescription(description);
        }

        // Not `Accepts`: routing would answer 415 by it, before the service's own code and differently from the other host.
        foreach (var answer in contract.Responses)
        {
            var type = answer.Problems is [var problem, ..] ? problem.Body : answer.Body ?? (answer.ContentType is null ? typeof(void) : typeof(string));
            route.WithMetadata(new ProducesResponseTypeMetadata(answer.Status, type, answer.ContentType is { } contentType ? [contentType, .. answer.OtherContentTypes] : []));
        }

        return route;
    }
}
