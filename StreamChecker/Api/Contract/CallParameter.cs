namespace StreamChecker.Api.Contract;

/// <summary>A parameter in the path, the query or a header.</summary>
internal sealed record CallParameter(string Name, string In, string Description)
{
    public static readonly CallParameter RecordId = new(
        "id", "path", "The stream record's id, as the start gave it. It is opaque.") { MaxLength = 1058 };

    public static readonly CallParameter UserId = new(UserIdQuery.Name, "query", "Whose streams or limit are meant.") { MaxLength = FieldText.MaxLength };

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
}
