using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamChecker.Http;

namespace StreamChecker.Server.Contract;

/// <summary>
/// The parameters, the body and the responses of one call. It is metadata of the call's route; only the generator of
/// <c>openapi.json</c> reads it.
/// </summary>
public sealed record CallContract
{
    internal CallContract(string name, string subject, string summary) => (Name, Subject, Summary) = (name, subject, summary);

    /// <summary>The operation's id, which is also the name of its trigger in the Functions app.</summary>
    internal string Name { get; }

    /// <summary>The tag that groups the call.</summary>
    internal string Subject { get; }

    internal string Summary { get; }

    internal string? Description { get; init; }

    /// <summary>The shape of a JSON body, or of each line of a body of JSON lines; a string for other texts; null if the call has no body.</summary>
    internal Type? Body { get; init; }

    /// <summary>The media type of the body.</summary>
    internal string BodyType { get; init; } = RequestBody.Json;

    /// <summary>The parameters in the path, the query and the headers.</summary>
    internal IReadOnlyList<CallParameter> Parameters { get; init; } = [];

    internal IReadOnlyList<CallResponse> Responses { get; init; } = [];
}

/// <summary>A parameter in the path, the query or a header.</summary>
internal sealed record CallParameter(string Name, string In, string Description)
{
    /// <summary>The pattern of a stream record ID: base64url.</summary>
    public const string IdPattern = "^[A-Za-z0-9_-]+$";

    public static readonly CallParameter RecordId = new(
        "id", "path", "The stream record ID from the response to the start. Opaque.")
    {
        MaxLength = 1399, Pattern = IdPattern,
    };

    public static readonly CallParameter PlayerToken = new("token", "path", "The token: the last part of `player.url`. Opaque.")
    {
        MaxLength = 1440, Pattern = IdPattern,
    };

    public static readonly CallParameter UserId = new(UserIdQuery.Name, "query", "The user ID, as percent-encoded UTF-8.")
    {
        MaxLength = FieldText.MaxLength, Pattern = FieldText.Pattern,
    };

    public static readonly CallParameter IdempotencyKey = new(
        IdempotencyKeyHeader.Name,
        "header",
        "Identifies the request, so that a retry with the same key takes effect once and gets the same response: 1 to 255 visible ASCII characters, unique per operation. The key of a start is remembered while its stream is active and at least one minute after its end, normally ten minutes; the key of another operation while it is among the user's last eight.")
    {
        Optional = true, MaxLength = StreamChecker.IdempotencyKey.MaxLength, Pattern = "^[!-~]+$",
    };

    public bool Optional { get; init; }

    public int MaxLength { get; init; }

    public string? Pattern { get; init; }

    /// <summary>The allowed values; empty if they are not enumerated.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}

/// <summary>The shape of the body of a start. <c>BodyReader</c> reads it member by member, so that the error names the first invalid one.</summary>
internal sealed record StartBody(
    [property: Description("The user. Stored exactly as sent and compared by ordinal."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string UserId,
    [property: Description("The content to play. Two starts with the same streamId are two streams."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string StreamId,
    [property: Description("The device, as it should be shown to the viewer."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string? DeviceName = null,
    [property: Description("The device, as an identifier: its active stream ends when this one starts. No response contains it."), Length(1, FieldText.MaxDeviceIdLength), RegularExpression(FieldText.Pattern)] string? DeviceId = null,
    [property: Description("The treatment of the user's active streams with the same deviceId, which it requires: end them, or count them as if they were on other devices.")] SameDevice? SameDevice = null,
    [property: Description("What the rules of the plan read of the stream: at most 8 texts by name, 256 bytes of UTF-8 together. No name is `streamId`, `deviceId` or `userId`. Fixed for the life of the stream.")] IReadOnlyDictionary<string, string>? Tags = null,
    [property: Description("The plan whose rules hold for this start, by its name; otherwise the user's own plan, or `default`."), MaxLength(64)] string? Plan = null,
    [property: Description("The behaviour at the limit of a rule that does not define its own: reject the start, or end as many of the oldest streams as necessary.")] OnLimit? OnLimit = null,
    [property: Description("IDs of stream records of the same user to end when this stream starts. IDs of ended streams are ignored.")] IReadOnlyList<string>? Replace = null);

/// <summary>The shape of the body of many heartbeats.</summary>
internal sealed record HeartbeatsBody(
    [property: Description("The IDs of stream records, of any users. An ID that is given twice gets the same result twice."), Length(1, BodyReader.MaxIds)] IReadOnlyList<string> Ids);

/// <summary>The shape of the body that sets a limit, a plan or both.</summary>
internal sealed record LimitBody(
    [property: Description("The maximum number of concurrent streams, in place of the limit of the plan's rule `streams`; null removes it. Required unless there is a plan."), Range(0, UserLimit.Largest)] int? MaxConcurrentStreams = null,
    [property: Description("The user's plan, by its name; null returns to `default`."), MaxLength(64)] string? Plan = null);

/// <summary>The shape of a line that changes a limit.</summary>
internal sealed record LimitLineBody(
    [property: Description("The user. A user can have several lines; they take effect in their order."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string UserId,
    [property: Description("The maximum number of concurrent streams; null removes it. Required unless there is a plan."), Range(0, UserLimit.Largest)] int? MaxConcurrentStreams = null,
    [property: Description("The user's plan, by its name; null returns to `default`."), MaxLength(64)] string? Plan = null,
    [property: Description("Identifies the change in retries, as the header `Idempotency-Key` does for a single change."), Length(1, StreamChecker.IdempotencyKey.MaxLength), RegularExpression("^[!-~]+$")] string? IdempotencyKey = null);

/// <summary>Adds a call's contract to its route, as ASP.NET Core's own metadata where it exists.</summary>
public static class ContractRoutes
{
    /// <summary>Adds the contract of the route's call.</summary>
    public static RouteHandlerBuilder WithContract(this RouteHandlerBuilder route, CallContract contract)
    {
        route.WithName(contract.Name).WithTags(contract.Subject).WithSummary(contract.Summary).WithMetadata(contract);
        if (contract.Description is { } description)
        {
            route.WithDescription(description);
        }

        // Not `Accepts`: with it, routing would respond with 415 before the service's own code, and differently from the other host.
        foreach (var response in contract.Responses)
        {
            var type = response.Problems is [var problem, ..] ? problem.Body : response.Body ?? (response.ContentType is null ? typeof(void) : typeof(string));
            route.WithMetadata(new ProducesResponseTypeMetadata(response.Status, type, response.ContentType is { } contentType ? [contentType, .. response.OtherContentTypes] : []));
        }

        return route;
    }
}
