using System.Diagnostics;
using StreamChecker.Load;

namespace StreamChecker.Reliability.Overload;

/// <summary>One thread and many connections that start streams: each with the response to the last, or by a schedule, regardless of the responses.</summary>
internal sealed class LoadGenerator : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Readiness readiness = new();
    private readonly StartConnection[] connections;
    private long users;

    public LoadGenerator(Uri server, int count)
    {
        connections = [.. Enumerable.Range(0, count).Select(_ => new StartConnection(server))];
        for (var i = 0; i < count; i++)
        {
            readiness.Add(connections[i].Handle, (ulong)i);
        }
    }

    /// <summary>The given number of callers, each of which waits for the response before the next call.</summary>
    public Task<OfferedLoad> CallAsync(int callers, TimeSpan length) => RunAsync(connections[..callers], length, gap: 0);

    /// <summary>The given number of calls per second, each sent when it is due. Where no connection is free, it is late, and counts from when it was due.</summary>
    public Task<OfferedLoad> OfferAsync(double rate, TimeSpan length) => RunAsync(connections, length, Stopwatch.Frequency / rate);

    public void Dispose()
    {
        Array.ForEach(connections, connection => connection.Dispose());
        readiness.Dispose();
    }

    private Task<OfferedLoad> RunAsync(StartConnection[] used, TimeSpan length, double gap) =>
        Task.Factory.StartNew(() => Run(used, length, gap), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private OfferedLoad Run(StartConnection[] used, TimeSpan length, double gap)
    {
        var (accepted, rejected) = (new Latencies(), new Latencies());
        var idle = new Stack<StartConnection>(used);
        var began = Stopwatch.GetTimestamp();
        var until = began + (long)(length.TotalSeconds * Stopwatch.Frequency);
        var (due, offered) = ((double)began, 0L);
        Span<int> readable = stackalloc int[256];
        while (Stopwatch.GetTimestamp() is var now && (now < until || idle.Count < used.Length))
        {
            while (now < until && idle.Count > 0 && (gap == 0 || due <= now))
            {
                idle.Pop().Send(++users, gap == 0 ? now : (long)due);
                offered++;
                due += gap;
            }

            foreach (var i in readable[..readiness.Wait(readable, gap > 0 && idle.Count > 0 && now < until ? (long)due : 0)])
            {
                if (connections[i].Receive() is not { } isAccepted)
                {
                    continue;
                }

                (isAccepted ? accepted : rejected).Add(Stopwatch.GetElapsedTime(connections[i].Due));
                idle.Push(connections[i]);
            }

            Assert.True(Stopwatch.GetElapsedTime(until) < Patience, "Calls got no response.");
        }

        return new(length, offered, accepted, rejected);
    }
}
