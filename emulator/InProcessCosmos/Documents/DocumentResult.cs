namespace InProcessCosmos.Documents;

/// <summary>What came of one operation on a document, with the status that Cosmos DB gives it.</summary>
internal readonly record struct DocumentResult(int Status, StoredDocument? Document, string? Message)
{
    public const int Ok = 200;
    public const int Created = 201;
    public const int NoContent = 204;
    public const int NotModified = 304;
    public const int BadRequest = 400;
    public const int NotFound = 404;
    public const int Conflict = 409;
    public const int PreconditionFailed = 412;
    public const int TooLarge = 413;

    public bool Failed => Status >= 400;

    public static DocumentResult Success(int status, StoredDocument? document) => new(status, document, null);

    public static DocumentResult Failure(int status, string message) => new(status, null, message);
}
