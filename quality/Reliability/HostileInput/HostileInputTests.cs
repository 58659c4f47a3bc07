using System.Text.Json;
using Microsoft.AspNetCore.Http;
using StreamChecker.Tests.Http;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.HostileInput;

/// <summary>
/// For any input: never a 500, never an unhandled exception, never another user's stream; and a forged id
/// touches nothing.
/// </summary>
public sealed class HostileInputTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Secret = "secret-film";
    private const int Callers = 32;

    private static readonly HashSet<int> Rejections = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422];

    private readonly StreamServer server = new StreamServer().With("PlayerKeys", PrivacyTests.PlayerKey);
    private readonly List<string> genuine = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task NothingThatIsSent_BreaksTheServiceOrReachesAnotherUser()
    {
        using var client = server.CreateClient();
        var before = new List<string>();
        for (var victim = 0; victim < 3; victim++)
        {
            genuine.Add((await client.StartAsync($"victim-{victim}", Secret, "TV")).Id);
            genuine.Add((await client.StartAsync($"victim-{victim}", Secret, "Phone")).Id);
            before.Add((await client.ListAsync($"victim-{victim}")).Body.GetRawText());
        }

        // Time passes, so that a heartbeat that went through would show.
        server.Time.Advance(TimeSpan.FromSeconds(40));
        var cases = Effort.Times(100_000) / Callers;
        var statuses = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller, cases)))))
            .SelectMany(counts => counts)
            .GroupBy(count => count.Key, count => count.Value)
            .ToDictionary(group => group.Key, group => group.Sum());

        for (var victim = 0; victim < 3; victim++)
        {
            Assert.Equal(before[victim], (await client.ListAsync($"victim-{victim}")).Body.GetRawText());
        }

        output.WriteLine($"seed {Effort.Seed}: {cases * Callers} requests: {string.Join(", ", statuses.OrderBy(count => count.Key).Select(count => $"{count.Value} x {count.Key}"))}");

        // Hostile as they are, they must get past the front door.
        Assert.All([200, 201, 204, 400, 401, 403, 404, 405, 410, 413, 415, 422], status => Assert.True(statuses.ContainsKey(status), $"Nothing was answered {status}."));
    }

    private async Task<Dictionary<int, int>> CallAsync(int caller, int cases)
    {
        var random = new Random(Effort.Seed + caller);
        var statuses = new Dictionary<int, int>();
        for (var i = 0; i < cases; i++)
        {
            var request = HostileRequest.Any(random, () => ForgedId.From(genuine, random));
            try
            {
                var context = await server.Server.SendAsync(request.Fill);
                await CheckAsync(context, request);
                statuses[context.Response.StatusCode] = statuses.GetValueOrDefault(context.Response.StatusCode) + 1;
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {Effort.Seed}, caller {caller}, request {i}: {request}", failure);
            }
        }

        return statuses;
    }

    private static async Task CheckAsync(HttpContext context, HostileRequest request)
    {
        var (response, status) = (context.Response, context.Response.StatusCode);
        using var reader = new StreamReader(response.Body);
        var text = await reader.ReadToEndAsync();

        // The root leads to the page, and nowhere else.
        var leadsToThePage = status == 307 && response.Headers.Location == "/docs";
        Assert.True(status is 200 or 201 or 204 || leadsToThePage || Rejections.Contains(status), $"The status is {status}: {text}");
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        if (status >= 400 && request.Method != "HEAD")
        {
            Assert.Equal("application/problem+json", response.ContentType);
            Assert.Equal(status, JsonDocument.Parse(text).RootElement.GetProperty("status").GetInt32());
        }

        if (status == 201)
        {
            using var sent = JsonDocument.Parse(request.Body, new() { MaxDepth = CommittedContract.MaxDepth });
            using var admitted = JsonDocument.Parse(text);
            foreach (var member in new[] { "userId", "streamId" })
            {
                Assert.Equal(sent.RootElement.GetProperty(member).GetString(), admitted.RootElement.GetProperty(member).GetString());
            }
        }
    }
}
