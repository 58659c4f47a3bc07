using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace StreamChecker.Tests.Hosting;

/// <summary>The calls of the service, as a backend makes them.</summary>
public static class StreamCalls
{
    public static Task<Answer> StartAsync(this HttpClient client, string userId, string streamId = "film", string? deviceName = null) =>
        client.PostJsonAsync("/stream-record", JsonSerializer.Serialize(new { userId, streamId, deviceName }));

    public static Task<Answer> PostJsonAsync(this HttpClient client, string path, string json) =>
        client.PostAsync(path, Encoding.UTF8.GetBytes(json), "application/json");

    public static async Task<Answer> PostAsync(this HttpClient client, string path, byte[] body, string? contentType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return await Answer.ReadAsync(await client.PostAsync(new Uri(path, UriKind.Relative), content));
    }
}
