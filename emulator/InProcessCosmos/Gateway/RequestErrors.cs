using System.Globalization;
using System.Text;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>A request whose response is an error.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What is wrong, for a person.</param>
/// <param name="subStatus">Cosmos DB's closer distinction; 0 where there is none.</param>
internal sealed class RejectedRequestException(int status, string message, int subStatus = 0) : Exception(message)
{
    public const int TooManyRequests = 429;

    public int Status => status;

    public int SubStatus => subStatus;

    public static RejectedRequestException NotSupported(string what) =>
        new(DocumentResult.BadRequest, $"{what} not supported by this gateway.");

    public static RejectedRequestException Malformed(string message) => new(DocumentResult.BadRequest, message);

    public static RejectedRequestException NotFound() =>
        new(DocumentResult.NotFound, "Resource Not Found. Learn more: https://aka.ms/cosmosdb-tsg-not-found");

    /// <summary>The container's or the database's own absence, which clients tell from a document's.</summary>
    public static RejectedRequestException OwnerNotFound() => new(DocumentResult.NotFound, "Owner resource does not exist", 1003);

    public static RejectedRequestException Exists() =>
        new(DocumentResult.Conflict, "Resource with specified id or name already exists.");

    public static RejectedRequestException PreconditionFailed() =>
        new(DocumentResult.PreconditionFailed, "One of the specified pre-condition is not met. Learn more: https://aka.ms/CosmosDB/sql/errors/precondition-failed");

    public static RejectedRequestException Busy() => new(TooManyRequests, "The request rate is too large: the partition's queue is full.", 3200);
}

/// <summary>An error as the service writes it: <c>{"code": "NotFound", "message": "Message: {\"Errors\":[…]}…"}</c>.</summary>
internal static class ErrorResponse
{
    public static GatewayResponse Of(int status, int subStatus, string message, string activityId)
    {
        var errors = Json.Object(json =>
        {
            json.WriteStartArray("Errors");
            json.WriteStringValue(message);
            json.WriteEndArray();
        });
        return new GatewayResponse(status, Json.Object(json =>
        {
            json.WriteString("code", Code(status));
            json.WriteString("message", $"Message: {Encoding.UTF8.GetString(errors.Span)}\r\nActivityId: {activityId}");
        })).With(CosmosHeaders.SubStatus, subStatus.ToString(CultureInfo.InvariantCulture));
    }

    private static string Code(int status) => status switch
    {
        DocumentResult.BadRequest => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        DocumentResult.NotFound => "NotFound",
        408 => "RequestTimeout",
        DocumentResult.Conflict => "Conflict",
        DocumentResult.PreconditionFailed => "PreconditionFailed",
        DocumentResult.TooLarge => "RequestEntityTooLarge",
        RejectedRequestException.TooManyRequests => "TooManyRequests",
        503 => "ServiceUnavailable",
        _ => "InternalServerError",
    };
}
