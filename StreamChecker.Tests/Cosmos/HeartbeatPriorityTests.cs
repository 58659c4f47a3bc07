using System.Collections.Concurrent;
using System.Text.Json;

namespace StreamChecker.Tests.Cosmos;

/// <summary>The priority with which the SDK sends each command, for accounts with priority-based execution.</summary>
public sealed class HeartbeatPriorityTests
{
    [Fact]
    public async Task Heartbeats_AreSentWithLowPriority_AndAllElseWithout()
    {
        var wire = new Priorities();
        await using var partition = await PartitionInCosmos.OpenAsync(wire: wire);
        var id = (await partition.AdmitAsync("anna")).Record.Id;
        await partition.Limiter.RenewAsync(id, CancellationToken.None);
        await partition.Limiter.RenewManyAsync([id], CancellationToken.None);
        await partition.SetLimitAsync(5);
        await partition.Limiter.StopAsync(id, CancellationToken.None);
        await partition.Limiter.StopAllAsync("anna", null, CancellationToken.None);
        await partition.Limiter.ListAsync("anna", CancellationToken.None);
        await partition.Limiter.ExportAsync("anna", CancellationToken.None);
        await partition.Limiter.EraseAsync("anna", CancellationToken.None);

        Assert.Equal(
            ["start: ", "renew: Low", "renew: Low", "setLimit: ", "stop: ", "stopAll: ", "list: ", "export: ", "erase: ", "forget: "],
            wire.Sent.Where(sent => !sent.StartsWith("warm-up", StringComparison.Ordinal)));
    }

    /// <summary>The commands that pass, with their priorities.</summary>
    private sealed class Priorities : DelegatingHandler
    {
        private readonly ConcurrentQueue<string> sent = new();

        public IReadOnlyCollection<string> Sent => sent;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.Contains("/sprocs/", StringComparison.Ordinal))
            {
                using var command = JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
                var isOfAUser = command.RootElement[0].GetProperty("userId").GetString() == "anna";
                var priority = request.Headers.TryGetValues("x-ms-cosmos-priority-level", out var values) ? string.Join(',', values) : "";
                sent.Enqueue($"{(isOfAUser ? command.RootElement[0].GetProperty("op").GetString() : "warm-up")}: {priority}");
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
