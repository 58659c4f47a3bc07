using System.Net;
using System.Text.Json;

namespace StreamChecker.Reliability.Histories;

/// <summary>Reads the service's answers as a caller does, into the words of <see cref="HttpReplies"/>.</summary>
internal static class HttpAnswers
{
    /// <summary>The answer in words; null for a 503 that asks to come back, which says nothing of what was done.</summary>
    /// <exception cref="InvalidOperationException">It is an answer that the service must never give.</exception>
    public static string? Read(Answer answer, bool saysReplayed) => answer.Status switch
    {
        HttpStatusCode.ServiceUnavailable when answer.RetryAfter >= TimeSpan.FromSeconds(1) => null,
        HttpStatusCode.Created => HttpReplies.Admitted(
            View(answer.Body), answer.Number("limit"), answer.Number("active"), answer.Body.GetProperty("replaced").EnumerateArray().Select(Name),
            saysReplayed && IsReplayed(answer)),
        HttpStatusCode.Forbidden => HttpReplies.Refused(answer.Number("limit"), Streams(answer), (long?)answer.RetryAfter?.TotalSeconds),
        HttpStatusCode.Conflict or HttpStatusCode.Gone => HttpReplies.Ended(
            (int)answer.Status, Enum.Parse<StreamEndReason>(answer.Text("reason"), ignoreCase: true),
            answer.Body.TryGetProperty("replacedBy", out var by) ? Name(by) : null),
        HttpStatusCode.UnprocessableEntity => $"422 {answer.ProblemType}",
        HttpStatusCode.NoContent => HttpReplies.NoContent(saysReplayed && IsReplayed(answer)),
        HttpStatusCode.OK when Has(answer, "stopped") => HttpReplies.Stopped(answer.Number("stopped"), saysReplayed && IsReplayed(answer)),
        HttpStatusCode.OK when Has(answer, "streams") => HttpReplies.Listed(answer.Number("limit"), Streams(answer)),
        HttpStatusCode.OK when Has(answer, "isDefault") =>
            HttpReplies.Limit(answer.Number("maxConcurrentStreams"), answer.Body.GetProperty("isDefault").GetBoolean(), saysReplayed && IsReplayed(answer)),
        HttpStatusCode.OK => $"200 {View(answer.Body)}",
        _ => throw new InvalidOperationException($"The service answered {(int)answer.Status}: {answer.Body}"),
    };

    /// <summary>Every record that the answer tells of.</summary>
    public static IEnumerable<StreamSeen> Seen(Answer answer)
    {
        if (answer.Body.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        if (Has(answer, "id"))
        {
            yield return StreamSeen.In(answer.Body);
        }

        foreach (var list in new[] { "streams", "replaced" })
        {
            if (Has(answer, list))
            {
                foreach (var stream in answer.Body.GetProperty(list).EnumerateArray())
                {
                    yield return StreamSeen.In(stream);
                }
            }
        }

        if (Has(answer, "replacedBy"))
        {
            yield return StreamSeen.In(answer.Body.GetProperty("replacedBy"));
        }
    }

    private static IEnumerable<string> Streams(Answer answer) => answer.Body.GetProperty("streams").EnumerateArray().Select(View);

    private static bool IsReplayed(Answer answer) => answer.Response.Headers.Contains("Idempotency-Replayed");

    private static bool Has(Answer answer, string member) => answer.Body.TryGetProperty(member, out _);

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
