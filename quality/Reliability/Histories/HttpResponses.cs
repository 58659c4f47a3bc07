using System.Net;
using System.Text.Json;

namespace StreamChecker.Reliability.Histories;

/// <summary>Reads the service's responses as a caller does, into the words of <see cref="HttpReplies"/>.</summary>
internal static class HttpResponses
{
    /// <summary>The response in words; null for a 503 that asks to come back, which says nothing of what was done.</summary>
    /// <exception cref="InvalidOperationException">The service must never return this response.</exception>
    public static string? Read(ApiResponse response, bool saysReplayed) => response.Status switch
    {
        HttpStatusCode.ServiceUnavailable when response.RetryAfter >= TimeSpan.FromSeconds(1) => null,
        HttpStatusCode.Created => HttpReplies.Admitted(
            View(response.Body), response.Number("limit"), response.Number("active"), response.Body.GetProperty("replaced").EnumerateArray().Select(replaced => Replaced(replaced, replaced)),
            saysReplayed && IsReplayed(response)),
        HttpStatusCode.Forbidden => HttpReplies.Rejected(response.Number("limit"), Streams(response), (long?)response.RetryAfter?.TotalSeconds),
        HttpStatusCode.Conflict or HttpStatusCode.Gone => HttpReplies.Ended(
            (int)response.Status, Enum.Parse<StreamEndReason>(response.Text("reason"), ignoreCase: true),
            response.Body.TryGetProperty("replacedBy", out var by) ? Replaced(by, response.Body) : null),
        HttpStatusCode.UnprocessableEntity => $"422 {response.ProblemType}",
        HttpStatusCode.NoContent => HttpReplies.NoContent(saysReplayed && IsReplayed(response)),
        HttpStatusCode.OK when Has(response, "stopped") => HttpReplies.Stopped(response.Number("stopped"), saysReplayed && IsReplayed(response)),
        HttpStatusCode.OK when Has(response, "streams") => HttpReplies.Listed(response.Number("limit"), Streams(response)),
        HttpStatusCode.OK when Has(response, "isDefault") =>
            HttpReplies.Limit(response.Number("maxConcurrentStreams"), response.Body.GetProperty("isDefault").GetBoolean(), saysReplayed && IsReplayed(response)),
        HttpStatusCode.OK => $"200 {View(response.Body)}",
        _ => throw new InvalidOperationException($"The service returned {(int)response.Status}: {response.Body}"),
    };

    /// <summary>Every record in the response.</summary>
    public static IEnumerable<StreamSeen> Seen(ApiResponse response)
    {
        if (response.Body.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        if (Has(response, "id"))
        {
            yield return StreamSeen.In(response.Body);
        }

        foreach (var list in new[] { "streams", "replaced" })
        {
            if (Has(response, list))
            {
                foreach (var stream in response.Body.GetProperty(list).EnumerateArray())
                {
                    yield return StreamSeen.In(stream);
                }
            }
        }

        if (Has(response, "replacedBy"))
        {
            yield return StreamSeen.In(response.Body.GetProperty("replacedBy"));
        }
    }

    private static IEnumerable<string> Streams(ApiResponse response) => response.Body.GetProperty("streams").EnumerateArray().Select(View);

    private static string Replaced(JsonElement stream, JsonElement says) => HttpReplies.Replaced(Name(stream), says.GetProperty("sameDevice").GetBoolean());

    private static bool IsReplayed(ApiResponse response) => response.Message.Headers.Contains("Idempotency-Replayed");

    private static bool Has(ApiResponse response, string member) => response.Body.TryGetProperty(member, out _);

    private static string View(JsonElement stream)
    {
        var seen = StreamSeen.In(stream);
        return HttpReplies.View(Name(stream), seen.ExpiresAt);
    }

    private static string Name(JsonElement stream)
    {
        var seen = StreamSeen.In(stream);
        return HttpReplies.Name(
            seen.Id.Key.ToString(), seen.Id.StartedAt, seen.StreamId,
            stream.TryGetProperty("deviceName", out var device) ? device.GetString() : null);
    }
}
