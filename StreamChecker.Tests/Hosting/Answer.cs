using System.Net;
using System.Text.Json;

namespace StreamChecker.Tests.Hosting;

/// <summary>An answer of the service, read to its end.</summary>
public sealed record Answer(HttpStatusCode Status, string? ContentType, JsonElement Body, HttpResponseMessage Response)
{
    /// <summary>The last word of the problem's type.</summary>
    public string? ProblemType => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("type", out var type) ? type.GetString()!.Split('/')[^1] : null;

    /// <summary>The device names of the streams that the answer lists.</summary>
    public string[] Devices => [.. Body.GetProperty("streams").EnumerateArray().Select(stream => stream.GetProperty("deviceName").GetString()!)];

    public string Id => Text("id");

    public string Text(string member) => Body.GetProperty(member).GetString()!;

    public int Number(string member) => Body.GetProperty(member).GetInt32();

    public DateTimeOffset Time(string member) => Body.GetProperty(member).GetDateTimeOffset();

    public TimeSpan? RetryAfter => Response.Headers.RetryAfter?.Delta;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var body = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        return new(response.StatusCode, response.Content.Headers.ContentType?.MediaType, body, response);
    }
}
