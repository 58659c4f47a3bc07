using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using StreamChecker.Http;

namespace StreamChecker.Functions;

/// <summary>The triggers for stream records.</summary>
public sealed class StreamRecordFunctions(StreamApi api)
{
    /// <summary><c>POST /stream-record</c></summary>
    [Function("StartStream")]
    public Task<IResult> Start(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "stream-record")] HttpRequest request, CancellationToken cancellationToken) =>
        api.StartAsync(request, cancellationToken);

    /// <summary><c>POST /stream-record/{id}/heartbeat</c></summary>
    [Function("RenewStream")]
    public Task<IResult> Heartbeat(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "stream-record/{id}/heartbeat")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        api.HeartbeatAsync(request, id, cancellationToken);

    /// <summary><c>POST /stream-record/heartbeats</c></summary>
    [Function("RenewStreams")]
    public Task<IResult> Heartbeats(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "stream-record/heartbeats")] HttpRequest request, CancellationToken cancellationToken) =>
        api.HeartbeatsAsync(request, cancellationToken);

    /// <summary><c>GET /stream-record/{id}</c></summary>
    [Function("GetStream")]
    public Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "stream-record/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        api.GetAsync(request, id, cancellationToken);

    /// <summary><c>DELETE /stream-record/{id}</c></summary>
    [Function("StopStream")]
    public Task<IResult> Stop(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "stream-record/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        api.StopAsync(request, id, cancellationToken);

    /// <summary><c>GET /stream-record?userId=</c></summary>
    [Function("ListStreams")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "stream-record")] HttpRequest request, CancellationToken cancellationToken) =>
        api.ListAsync(request, cancellationToken);

    /// <summary><c>DELETE /stream-record?userId=</c></summary>
    [Function("StopAllStreams")]
    public Task<IResult> StopAll(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "stream-record")] HttpRequest request, CancellationToken cancellationToken) =>
        api.StopAllAsync(request, cancellationToken);
}
