using System.Diagnostics;
using System.Text;

namespace StreamChecker.Load;

/// <summary>The load generator: one thread, many connections, every response checked.</summary>
internal sealed class LoadLoop(LoadPlan plan)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Mix mix = Mix.Of(plan);
    private readonly List<int> latencies = new(1 << 20);
    private long next = plan.First;
    private long responses;
    private long wrong;
    private string? firstWrong;

    public LoadResult Run()
    {
        using var readiness = new Readiness();
        var connections = Enumerable.Range(0, plan.Connections).Select(_ => new Connection(plan.Port)).ToArray();
        for (var i = 0; i < connections.Length; i++)
        {
            readiness.Add(connections[i].Handle, (ulong)i);
        }

        var cpu = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        var from = began + Ticks(plan.WarmUpSeconds);
        var until = from + Ticks(plan.Seconds);
        Serve(readiness, connections, began, from, until);
        var ownCpu = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / Math.Max(1, responses);
        Array.ForEach(connections, connection => connection.Dispose());

        latencies.Sort();
        return new()
        {
            Measured = latencies.Count,
            Responses = responses,
            Seconds = plan.Seconds,
            P50 = Percentile(0.5),
            P99 = Percentile(0.99),
            P999 = Percentile(0.999),
            Wrong = wrong,
            FirstWrong = firstWrong,
            OwnCpu = ownCpu,
        };
    }

    private void Serve(Readiness readiness, Connection[] connections, long began, long from, long until)
    {
        var idle = new Stack<Connection>(connections);
        Span<int> readable = stackalloc int[256];
        var gap = plan.Rate > 0 ? Stopwatch.Frequency / plan.Rate : 0;
        double due = began;
        long now;
        while ((now = Stopwatch.GetTimestamp()) < until)
        {
            while (idle.Count > 0 && (gap == 0 || due <= now))
            {
                idle.Pop().Send(mix, next++, gap == 0 ? now : (long)due);
                due += gap;
            }

            var count = readiness.Wait(readable, gap > 0 && idle.Count > 0 ? (long)due : 0);
            Take(readable[..count], connections, idle, from, until);
        }

        // Requests in progress get their response, so that the server's work and ours end together.
        while (idle.Count < connections.Length && Stopwatch.GetElapsedTime(until) < Patience)
        {
            var count = readiness.Wait(readable, 0);
            Take(readable[..count], connections, idle, from, until);
        }

        for (var lost = connections.Length - idle.Count; lost > 0; lost--)
        {
            NoteWrong($"no response within {Patience.TotalSeconds} seconds");
        }
    }

    private void Take(ReadOnlySpan<int> readable, Connection[] connections, Stack<Connection> idle, long from, long until)
    {
        foreach (var i in readable)
        {
            var connection = connections[i];
            if (!connection.TryReceive(out var response))
            {
                continue;
            }

            var now = Stopwatch.GetTimestamp();
            responses++;
            if (now >= from && now < until)
            {
                latencies.Add((int)Stopwatch.GetElapsedTime(connection.Due, now).TotalMicroseconds);
            }

            if (mix.Error(response, connection.Request) is { } error)
            {
                NoteWrong($"{error}: {response.Status} {Encoding.UTF8.GetString(response.Body[..Math.Min(response.Body.Length, 300)])}");
            }

            idle.Push(connection);
        }
    }

    private void NoteWrong(string story)
    {
        wrong++;
        firstWrong ??= story;
    }

    private double Percentile(double part) => latencies.Count == 0 ? double.NaN : latencies[Math.Min(latencies.Count - 1, (int)(latencies.Count * part))];

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
