using System.Net;
using System.Text.Json;

namespace StreamChecker.Harness;

/// <summary>A response of the service, read to its end.</summary>
public sealed record ApiResponse(HttpStatusCode Status, string? ContentType, JsonElement Body, HttpResponseMessage Message)
{
    /// <summary>The body as it came.</summary>
    public string Content { get; private init; } = "";

    /// <summary>The last word of the problem's type.</summary>
    public string? ProblemType => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("type", out var type) ? type.GetString()!.Split('/')[^1] : null;

    /// <summary>The device names of the streams that the response lists.</summary>
    public string[] Devices => [.. Body.GetProperty("streams").EnumerateArray().Select(stream => stream.GetProperty("deviceName").GetString()!)];

    public string Id => Text("id");

    public string Text(string member) => Body.GetProperty(member).GetString()!;

    public int Number(string member) => Body.GetProperty(member).GetInt32();

    public DateTimeOffset Time(string member) => Body.GetProperty(member).GetDateTimeOffset();

    public TimeSpan? RetryAfter => Message.Headers.RetryAfter?.Delta;

    /// <summary>The lines of a body of JSON lines.</summary>
    public IReadOnlyList<JsonElement> Lines => [.. Content.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Whether a body of this type is one JSON text.</summary>
    public static bool IsJson(string? contentType) => contentType is "application/json" || contentType?.EndsWith("+json", StringComparison.Ordinal) == true;

    public static async Task<ApiResponse> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var contentType = response.Content.Headers.ContentType?.MediaType;
        var body = text.Length > 0 && IsJson(contentType) ? JsonDocument.Parse(text).RootElement : default;
        return new(response.StatusCode, contentType, body, response) { Content = text };
    }
}
