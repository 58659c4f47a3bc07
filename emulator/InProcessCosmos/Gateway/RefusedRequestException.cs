using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>A request that gets an error for an answer.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What is wrong, for a person.</param>
/// <param name="subStatus">Cosmos DB's closer distinction; 0 where there is none.</param>
internal sealed class RefusedRequestException(int status, string message, int subStatus = 0) : Exception(message)
{
    public const int TooManyRequests = 429;

    public int Status => status;

    public int SubStatus => subStatus;

    public static RefusedRequestException NotSupported(string what) =>
        new(DocumentResult.BadRequest, $"{what} not supported by this gateway.");

    public static RefusedRequestException Malformed(string message) => new(DocumentResult.BadRequest, message);

    public static RefusedRequestException NotFound() =>
        new(DocumentResult.NotFound, "Resource Not Found. Learn more: https://aka.ms/cosmosdb-tsg-not-found");

    /// <summary>The container's or the database's own absence, which clients tell from a document's.</summary>
    public static RefusedRequestException OwnerNotFound() => new(DocumentResult.NotFound, "Owner resource does not exist", 1003);

    public static RefusedRequestException Exists() =>
        new(DocumentResult.Conflict, "Resource with specified id or name already exists.");

    public static RefusedRequestException PreconditionFailed() =>
        new(DocumentResult.PreconditionFailed, "One of the specified pre-condition is not met. Learn more: https://aka.ms/CosmosDB/sql/errors/precondition-failed");

    public static RefusedRequestException Busy() => new(TooManyRequests, "The request rate is too large: the partition's queue is full.", 3200);
}
