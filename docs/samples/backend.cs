// A platform's backend, for one viewer who watches one stream; Enter is the viewer's stop button:
//   dotnet run docs/samples/backend.cs http://127.0.0.1:7071 anna film-42 TV
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

var service = new HttpClient { BaseAddress = new Uri(args[0]), Timeout = TimeSpan.FromSeconds(10) };
if (Environment.GetEnvironmentVariable("STREAM_CHECKER_KEY") is { } serviceKey)
{
    service.DefaultRequestHeaders.Add("x-functions-key", serviceKey);
}

var play = Guid.NewGuid().ToString(); // One key for each press of play: however often the start is sent, it takes effect once.
var wanted = new JsonObject { ["userId"] = args[1], ["streamId"] = args[2], ["deviceName"] = args[3] };
var (status, stream) = await CallAsync(HttpMethod.Post, "/stream-record", wanted, play);
if (status == HttpStatusCode.Forbidden)
{
    Console.WriteLine($"{stream!["active"]} of {stream["limit"]} streams are active: {string.Join(", ", stream["streams"]!.AsArray().Select(other => other!["deviceName"]))}");
    return 1;
}

var path = $"/stream-record/{stream!["id"]}";
var interval = TimeSpan.FromSeconds((int)stream["heartbeatIntervalSeconds"]!);
Console.WriteLine($"Playing {path}");
var stopped = Task.Run(Console.ReadLine);
while (await Task.WhenAny(stopped, Task.Delay(interval)) != stopped)
{
    (status, stream) = await CallAsync(HttpMethod.Post, $"{path}/heartbeat");
    if (status == HttpStatusCode.Gone)
    {
        Console.WriteLine($"The stream is over: {stream!["reason"]}"); // The player stops; to go on, the viewer presses play again.
        return 2;
    }
}

await CallAsync(HttpMethod.Delete, path);
Console.WriteLine("Stopped");
return 0;

// Repeats a call that found the store busy, or whose response was lost. Of the rejections, 403 and 410 are the caller's to handle.
async Task<(HttpStatusCode Status, JsonNode? Body)> CallAsync(HttpMethod method, string path, JsonObject? body = null, string? key = null)
{
    for (var attempt = 1; ; attempt++)
    {
        var pause = TimeSpan.FromSeconds(1);
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key is null ? [] : [key]);
        try
        {
            using var response = await service.SendAsync(request);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == 5)
            {
                var text = await response.Content.ReadAsStringAsync();
                var isExpected = response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Gone;
                return isExpected ? (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)) : throw new InvalidOperationException(text);
            }

            pause = response.Headers.RetryAfter?.Delta ?? pause;
        }
        catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException && attempt < 5)
        {
            Console.WriteLine($"No response: {lost.Message}");
        }

        await Task.Delay(pause);
    }
}
