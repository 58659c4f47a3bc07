using System.Net;

namespace StreamChecker.Client;

/// <summary>Collects heartbeats for a short time and sends them in one request: a backend has one for each viewer and interval.</summary>
internal sealed class HeartbeatCollector(
    Func<IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<HeartbeatBody>>> send, TimeSpan window, TimeProvider time)
{
    /// <summary>The maximum number of IDs of one request.</summary>
    private const int Most = 500;

    private readonly Lock adding = new();
    private List<Pending> pending = [];

    public Task<HeartbeatResult> AddAsync(string id)
    {
        var heartbeat = new Pending(id, new(TaskCreationOptions.RunContinuationsAsynchronously));
        List<Pending>? full = null;
        lock (adding)
        {
            pending.Add(heartbeat);
            if (pending.Count == Most)
            {
                (full, pending) = (pending, []);
            }
            else if (pending.Count == 1)
            {
                _ = SendLaterAsync(pending);
            }
        }

        if (full is not null)
        {
            _ = SendAsync(full);
        }

        return heartbeat.Result.Task;
    }

    private async Task SendLaterAsync(List<Pending> batch)
    {
        await Task.Delay(window, time).ConfigureAwait(false);
        lock (adding)
        {
            if (pending != batch)
            {
                return; // It became full, and is sent.
            }

            pending = [];
        }

        await SendAsync(batch).ConfigureAwait(false);
    }

    private async Task SendAsync(List<Pending> batch)
    {
        try
        {
            var results = await send([.. batch.Select(heartbeat => heartbeat.Id)], CancellationToken.None).ConfigureAwait(false);
            if (results.Count != batch.Count)
            {
                throw new StreamCheckerException(HttpStatusCode.OK, $"The response has {results.Count} results for {batch.Count} heartbeats.");
            }

            for (var i = 0; i < batch.Count; i++)
            {
                Complete(batch[i].Result, results[i]);
            }
        }
        catch (StreamCheckerException away) when (away.StatusCode is null or HttpStatusCode.ServiceUnavailable)
        {
            batch.ForEach(heartbeat => heartbeat.Result.TrySetResult(new HeartbeatResult.Unavailable(away.Message)));
        }
#pragma warning disable CA1031 // Every caller gets the failure.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            batch.ForEach(heartbeat => heartbeat.Result.TrySetException(failure));
        }
    }

    private static void Complete(TaskCompletionSource<HeartbeatResult> heartbeat, HeartbeatBody body)
    {
        switch ((HttpStatusCode)body.Status)
        {
            case HttpStatusCode.OK:
                heartbeat.SetResult(new HeartbeatResult.Alive(body.ExpiresAt, Seconds.Of(body.HeartbeatIntervalSeconds)) { Playback = body.Playback });
                break;
            case HttpStatusCode.Gone:
                heartbeat.SetResult(new HeartbeatResult.Ended(new(body.Reason ?? "unknown", body.ReplacedBy, body.SameDevice == true)));
                break;
            case HttpStatusCode.ServiceUnavailable:
                heartbeat.SetResult(new HeartbeatResult.Unavailable("The service had no time left for this heartbeat."));
                break;
            case var status:
                heartbeat.SetException(new StreamCheckerException(status, $"{body.Status}: {body.Id} is not a stream record ID."));
                break;
        }
    }

    private sealed record Pending(string Id, TaskCompletionSource<HeartbeatResult> Result);
}
