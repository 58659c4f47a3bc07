using System.Net;
using System.Text;

namespace StreamChecker.Benchmarks.Comparison;

/// <summary>
/// Simultaneous starts for one user without active streams: counts those that a contender admits. A contender that is too
/// slow for all of them within the deadline returns 503 to some; those are not admitted.
/// </summary>
internal static class Race
{
    public const int Starts = 64;

    public static async Task<int> RunAsync(int port, string userId, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Starts }) { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(120) };
        var statuses = await Task.WhenAll(Enumerable.Range(0, Starts).Select(async _ =>
        {
            using var body = new StringContent($$"""{"userId":"{{userId}}","streamId":"film 1"}""", Encoding.UTF8, "application/json");
            using var response = await client.PostAsync("/stream-record", body, cancellationToken);
            return response.StatusCode;
        }));
        return statuses.All(IsResponse)
            ? statuses.Count(status => status == HttpStatusCode.Created)
            : throw new InvalidDataException($"A race had a response with {statuses.First(status => !IsResponse(status))}.");
    }

    private static bool IsResponse(HttpStatusCode status) =>
        status is HttpStatusCode.Created or HttpStatusCode.Forbidden or HttpStatusCode.ServiceUnavailable;

    /// <summary>How many streams a contender lists for a user.</summary>
    public static async Task<int> ActiveAsync(int port, string userId, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
        using var response = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync($"/stream-record?userId={Uri.EscapeDataString(userId)}", cancellationToken));
        return response.RootElement.GetProperty("active").GetInt32();
    }
}
