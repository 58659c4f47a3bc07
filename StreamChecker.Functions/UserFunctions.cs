using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using StreamChecker.Http;

namespace StreamChecker.Functions;

/// <summary>The triggers for a user's data.</summary>
public sealed class UserFunctions(StreamApi api)
{
    /// <summary><c>GET /user?userId=</c></summary>
    [Function("GetUser")]
    public Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "user")] HttpRequest request, CancellationToken cancellationToken) =>
        api.GetUserAsync(request, cancellationToken);

    /// <summary><c>DELETE /user?userId=</c></summary>
    [Function("EraseUser")]
    public Task<IResult> Erase(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "user")] HttpRequest request, CancellationToken cancellationToken) =>
        api.EraseUserAsync(request, cancellationToken);
}
