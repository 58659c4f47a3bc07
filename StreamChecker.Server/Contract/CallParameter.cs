using StreamChecker.Http;
namespace StreamChecker.Server.Contract;

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
