using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using StreamChecker.Reliability.Histories;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Faults;

/// <summary>
/// The network between the SDK and the account, where things go wrong with runs of the stored procedure. What reaches the
/// account is recorded in the history as a try of the call that is under way, with the account's reply, lost or not.
/// </summary>
internal sealed class FaultyConnection(Random random) : DelegatingHandler
{
    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(20);
    private static readonly byte[] Nonsense = Encoding.UTF8.GetBytes("""{"outcome":"adm\u0000\ufffd}]""");

    private readonly ConcurrentDictionary<Fault, int> fired = new();
    private int happened;

    /// <summary>Where tries are recorded; nothing goes wrong before it is set.</summary>
    public History? History { get; set; }

    /// <summary>The faults that happen.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = Fault.All;

    /// <summary>Of how many requests one goes wrong.</summary>
    public int OneIn { get; init; } = 3;

    /// <summary>How many faults happen at most.</summary>
    public int AtMost { get; init; } = int.MaxValue;

    /// <summary>What happens between a fault and the caller's notice of it: nothing, as a rule.</summary>
    public Func<Task> Meanwhile { get; init; } = () => Task.CompletedTask;

    /// <summary>How often each fault has happened.</summary>
    public IReadOnlyDictionary<Fault, int> Fired => fired;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (History is not { } history || !IsProcedureRun(request))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var fault = Next();
        if (fault is { AfterCommit: false, Kind: not FaultKind.Slow })
        {
            Count(fault);
            return await RespondAsync(fault.Kind, request, null);
        }

        if (fault is { AfterCommit: false })
        {
            Count(fault);
            await Task.Delay(SlowBy, cancellationToken);
        }

        var response = await TryAsync(history, request, cancellationToken);
        if (fault is { AfterCommit: true })
        {
            Count(fault);
            await Task.Delay(fault.Kind == FaultKind.Slow ? SlowBy : TimeSpan.Zero, cancellationToken);
            await Meanwhile();
            if (fault.Kind != FaultKind.Slow)
            {
                return await RespondAsync(fault.Kind, request, response);
            }
        }

        return response;
    }

    private async Task<HttpResponseMessage> TryAsync(History history, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var arguments = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var recorded = history.Begin(JsonDocument.Parse(arguments).RootElement[0].Deserialize(PartitionJson.Default.StreamCommand)!);

        // Where it is abandoned here, the account may still carry it out.
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            recorded.Commit(StreamsProcedure.ReadReply(await response.Content.ReadAsByteArrayAsync(cancellationToken)));
        }
        else
        {
            recorded.Forget();
        }

        return response;
    }

    private static bool IsProcedureRun(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/sprocs/" + StreamsProcedure.Id, StringComparison.Ordinal);

    private static async Task<HttpResponseMessage> RespondAsync(FaultKind kind, HttpRequestMessage request, HttpResponseMessage? response)
    {
        var body = response is null ? Encoding.UTF8.GetBytes("""{"outcome":"listed","limit":3,"streams":[]}""") : await response.Content.ReadAsByteArrayAsync();
        return kind switch
        {
            FaultKind.TooManyRequests => Status(request, HttpStatusCode.TooManyRequests, "3200", Random.Shared.Next(4) == 0 ? "900" : "5"),
            FaultKind.RetryWith => Status(request, (HttpStatusCode)449, "0"),
            FaultKind.RequestTimeout => Status(request, HttpStatusCode.RequestTimeout, "0"),
            FaultKind.ServiceUnavailable => Status(request, HttpStatusCode.ServiceUnavailable, "0"),
            FaultKind.Gone => Status(request, HttpStatusCode.Gone, "0"),
            FaultKind.BusyByNumber => Status(
                request, HttpStatusCode.BadRequest, Random.Shared.GetItems(["408", "410", "429", "449", "500", "503"], 1)[0]),
            FaultKind.BusyByText => Status(request, HttpStatusCode.BadRequest, "400", message: "Exception = Error: streams busy 429"),
            FaultKind.Suspended => Status(
                request, HttpStatusCode.Forbidden, "0", message: "The script is blocked for execution because it has violated its allowed resource limit several times."),
            FaultKind.NotInThisRegion => Status(request, HttpStatusCode.Forbidden, "1008"),
            FaultKind.Reset => throw new HttpRequestException("The connection was reset.", new SocketException((int)SocketError.ConnectionReset)),
            FaultKind.Cut => new(HttpStatusCode.OK) { RequestMessage = request, Content = new CutContent(body) },
            FaultKind.Garbled => new(HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent(Nonsense) },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    private static HttpResponseMessage Status(HttpRequestMessage request, HttpStatusCode status, string subStatus, string? retryAfter = null, string message = "injected")
    {
        var response = new HttpResponseMessage(status)
        {
            RequestMessage = request, Content = new StringContent($$"""{"code":"Fault","message":"{{message}}"}""", Encoding.UTF8, "application/json"),
        };
        response.Headers.Add("x-ms-substatus", subStatus);
        response.Headers.Add("x-ms-activity-id", Guid.NewGuid().ToString());
        if (retryAfter is not null)
        {
            response.Headers.Add("x-ms-retry-after-ms", retryAfter);
        }

        return response;
    }

    private void Count(Fault fault) => fired.AddOrUpdate(fault, 1, (_, count) => count + 1);

    private Fault? Next()
    {
        lock (random)
        {
            return happened < AtMost && random.Next(OneIn) == 0 && ++happened > 0 ? Faults[random.Next(Faults.Count)] : null;
        }
    }
}
