using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Http;

/// <summary>What every answer of the service is: a status, a few headers and a JSON body.</summary>
internal abstract record JsonAnswer : IResult
{
    /// <summary>Whether it repeats the answer to an earlier call with the same <c>Idempotency-Key</c>.</summary>
    [JsonIgnore]
    public bool Replayed { get; init; }

    [JsonIgnore]
    protected abstract int StatusCode { get; }

    [JsonIgnore]
    protected virtual string ContentType => "application/json; charset=utf-8";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCode;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        IdempotencyKeyHeader.Mark(response, Replayed);
        WriteHeaders(response);
        var json = JsonSerializer.SerializeToUtf8Bytes(this, GetType(), ApiJson.Default);
        response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            // With the request's own token the write would throw where the caller has gone, which is no fault.
            await response.Body.WriteAsync(json, CancellationToken.None);
        }
    }

    protected virtual void WriteHeaders(HttpResponse response)
    {
    }

    protected static string WholeSeconds(TimeSpan wait) =>
        Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
