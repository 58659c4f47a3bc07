using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace StreamChecker.Harness;

/// <summary>The calls of the service, as a backend makes them.</summary>
public static class StreamCalls
{
    public static Task<ApiResponse> StartAsync(
        this HttpClient client, string userId, string streamId = "film", string? deviceName = null, string? onLimit = null,
        string[]? replace = null, string? idempotencyKey = null, string? deviceId = null, string? sameDevice = null, IReadOnlyDictionary<string, string>? tags = null) =>
        client.SendAsync(
            HttpMethod.Post,
            "/stream-record",
            JsonSerializer.SerializeToUtf8Bytes(new { userId, streamId, deviceName, deviceId, sameDevice, tags, onLimit, replace }),
            "application/json",
            ("Idempotency-Key", idempotencyKey));

    public static Task<ApiResponse> HeartbeatAsync(this HttpClient client, string id) =>
        client.SendAsync(HttpMethod.Post, $"/stream-record/{id}/heartbeat");

    public static Task<ApiResponse> HeartbeatsAsync(this HttpClient client, params IEnumerable<string> ids) =>
        client.PostAsync("/stream-record/heartbeats", JsonSerializer.SerializeToUtf8Bytes(new { ids }), "application/json");

    public static Task<ApiResponse> StopAsync(this HttpClient client, string id) => client.SendAsync(HttpMethod.Delete, $"/stream-record/{id}");

    public static Task<ApiResponse> ListAsync(this HttpClient client, string userId) => client.SendAsync(HttpMethod.Get, "/stream-record" + Of(userId));

    public static Task<ApiResponse> StopAllAsync(this HttpClient client, string userId, string? idempotencyKey = null) =>
        client.SendAsync(HttpMethod.Delete, "/stream-record" + Of(userId), headers: ("Idempotency-Key", idempotencyKey));

    public static Task<ApiResponse> GetLimitAsync(this HttpClient client, string userId) => client.SendAsync(HttpMethod.Get, "/stream-limit" + Of(userId));

    public static Task<ApiResponse> SetLimitAsync(this HttpClient client, string userId, int limit, string? idempotencyKey = null) => client.SendAsync(
        HttpMethod.Put,
        "/stream-limit" + Of(userId),
        Encoding.UTF8.GetBytes($$"""{"maxConcurrentStreams":{{limit}}}"""),
        "application/json",
        ("Idempotency-Key", idempotencyKey));

    public static Task<ApiResponse> ResetLimitAsync(this HttpClient client, string userId, string? idempotencyKey = null) =>
        client.SendAsync(HttpMethod.Delete, "/stream-limit" + Of(userId), headers: ("Idempotency-Key", idempotencyKey));

    /// <summary>Sets many limits: each line is an object, or a text that is sent as it is.</summary>
    public static Task<ApiResponse> SetLimitsAsync(this HttpClient client, params IEnumerable<object> lines) => client.PostAsync(
        "/stream-limit/batch",
        Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => (line as string ?? JsonSerializer.Serialize(line)) + "\n"))),
        "application/x-ndjson");

    public static Task<ApiResponse> GetUserAsync(this HttpClient client, string userId) => client.SendAsync(HttpMethod.Get, "/user" + Of(userId));

    public static Task<ApiResponse> EraseUserAsync(this HttpClient client, string userId) => client.SendAsync(HttpMethod.Delete, "/user" + Of(userId));

    public static Task<ApiResponse> PostJsonAsync(this HttpClient client, string path, string json) =>
        client.PostAsync(path, Encoding.UTF8.GetBytes(json), "application/json");

    public static Task<ApiResponse> PostAsync(this HttpClient client, string path, byte[] body, string? contentType) =>
        client.SendAsync(HttpMethod.Post, path, body, contentType);

    public static async Task<ApiResponse> SendAsync(
        this HttpClient client, HttpMethod method, string path, byte[]? body = null, string? contentType = null,
        params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
        {
            if (value is not null)
            {
                _ = request.Headers.TryAddWithoutValidation(name, value) || request.Content?.Headers.TryAddWithoutValidation(name, value) == true;
            }
        }

        return await ApiResponse.ReadAsync(await client.SendAsync(request));
    }

    /// <summary>Makes a call by its template: each parameter goes into the path, the query or the headers.</summary>
    public static Task<ApiResponse> SendAsync(
        this HttpClient client, HttpMethod method, string template, IEnumerable<(string In, string Name, string Value)> parameters,
        byte[]? body = null, string? contentType = null, params IEnumerable<(string Name, string? Value)> headers)
    {
        var path = template;
        var query = new List<string>();
        var sent = headers.ToList();
        foreach (var (place, name, value) in parameters)
        {
            switch (place)
            {
                case "path":
                    path = path.Replace($"{{{name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
                    break;
                case "query":
                    query.Add($"{name}={Uri.EscapeDataString(value)}");
                    break;
                default:
                    sent.Add((name, value));
                    break;
            }
        }

        return client.SendAsync(method, query.Count == 0 ? path : $"{path}?{string.Join('&', query)}", body, contentType, [.. sent]);
    }

    private static string Of(string userId) => "?userId=" + Uri.EscapeDataString(userId);
}
