using System.Globalization;
using System.Text;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>An error as the service writes it: <c>{"code": "NotFound", "message": "Message: {\"Errors\":[…]}…"}</c>.</summary>
internal static class ErrorAnswer
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
        RefusedRequestException.TooManyRequests => "TooManyRequests",
        503 => "ServiceUnavailable",
        _ => "InternalServerError",
    };
}
