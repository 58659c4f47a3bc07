using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using StreamChecker.Http;

namespace StreamChecker.Functions;

/// <summary>The triggers for stream limits and plans.</summary>
public sealed class StreamLimitFunctions(StreamApi api)
{
    /// <summary><c>GET /stream-limit?userId=</c></summary>
    [Function("GetLimit")]
    public Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "stream-limit")] HttpRequest request, CancellationToken cancellationToken) =>
        api.GetLimitAsync(request, cancellationToken);

    /// <summary><c>PUT /stream-limit?userId=</c></summary>
    [Function("SetLimit")]
    public Task<IResult> Set(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "stream-limit")] HttpRequest request, CancellationToken cancellationToken) =>
        api.SetLimitAsync(request, cancellationToken);

    /// <summary><c>DELETE /stream-limit?userId=</c></summary>
    [Function("ResetLimit")]
    public Task<IResult> Reset(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "stream-limit")] HttpRequest request, CancellationToken cancellationToken) =>
        api.ResetLimitAsync(request, cancellationToken);

    /// <summary><c>POST /stream-limit/batch</c></summary>
    [Function("SetLimits")]
    public Task<IResult> SetMany(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "stream-limit/batch")] HttpRequest request, CancellationToken cancellationToken) =>
        api.SetLimitsAsync(request, cancellationToken);

    /// <summary><c>GET /plans</c></summary>
    [Function("ListPlans")]
    public Task<IResult> Plans([HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "plans")] HttpRequest request) =>
        api.PlansAsync();
}
