using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Scale;

/// <summary>Heartbeats of the live streams as they become due, in requests to <c>POST /stream-record/heartbeats</c>.</summary>
internal static class BulkHeartbeats
{
    /// <summary>The most IDs that a request may have.</summary>
    public const int PerRequest = 500;

    // More than are needed if the service keeps up: a request that finds no place waits, and its latency counts from when it was due.
    private const int Places = 16;

    /// <param name="port">The Server's port.</param>
    /// <param name="rate">How many heartbeats become due in a second.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="first">The number of the first stream.</param>
    /// <param name="streams">The number of live streams.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async Task<BulkResult> RunAsync(int port, double rate, int seconds, int first, int streams, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Places }) { BaseAddress = new($"http://127.0.0.1:{port}") };
        using var places = new SemaphoreSlim(Places);
        var latencies = new ConcurrentBag<double>();
        var (renewed, wrong) = (0L, 0L);
        var began = Stopwatch.GetTimestamp();
        var requests = (int)(rate * seconds / PerRequest);
        List<Task> running = [];
        for (var request = 0; request < requests; request++)
        {
            var due = TimeSpan.FromSeconds(request * PerRequest / rate);
            if (due - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, cancellationToken);
            }

            await places.WaitAsync(cancellationToken);
            running.Add(SendAsync(first + (request * PerRequest), due));
        }

        await Task.WhenAll(running);
        var elapsed = Stopwatch.GetElapsedTime(began);
        var sorted = latencies.Order().ToArray();
        return new(renewed / elapsed.TotalSeconds, sorted[(int)(sorted.Length * 0.99)], renewed, wrong);

        async Task SendAsync(int from, TimeSpan due)
        {
            try
            {
                var ids = Enumerable.Range(from, PerRequest).Select(number => SeededStreams.LiveId(number % streams));
                using var response = await client.PostAsJsonAsync("/stream-record/heartbeats", new { ids }, cancellationToken);
                using var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
                var alive = response.IsSuccessStatusCode ? body.RootElement.GetProperty("results").EnumerateArray().Count(result => result.GetProperty("status").GetInt32() == 200) : 0;
                Interlocked.Add(ref renewed, alive);
                Interlocked.Add(ref wrong, PerRequest - alive);
                latencies.Add((Stopwatch.GetElapsedTime(began) - due).TotalMilliseconds);
            }
            finally
            {
                places.Release();
            }
        }
    }
}

/// <summary>What a run of bulk heartbeats saw.</summary>
/// <param name="Throughput">Heartbeats a second.</param>
/// <param name="P99">The 99th percentile of a request's latency in milliseconds, from when it was due.</param>
/// <param name="Renewed">The heartbeats that renewed a lease.</param>
/// <param name="Wrong">The others.</param>
internal sealed record BulkResult(double Throughput, double P99, long Renewed, long Wrong);
