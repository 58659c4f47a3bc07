using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamChecker.Client;

/// <summary>
/// Calls a Stream Checker service. Register it with <see cref="StreamCheckerClientServices.AddStreamCheckerClient"/>, which also retries
/// requests that had no effect or can be repeated safely.
/// </summary>
/// <remarks>
/// Instances are thread-safe. <see cref="StartAsync"/> and the heartbeats report an unavailable service as a result, because the platform
/// has to decide what a viewer gets then. All other methods throw <see cref="StreamCheckerException"/>.
/// </remarks>
public sealed class StreamCheckerClient
{
    private const string IdempotencyKey = "Idempotency-Key";
    private const string IdempotencyReplayed = "Idempotency-Replayed";

    private readonly Func<HttpClient> http;
    private readonly HeartbeatCollector collector;

    /// <summary>Creates a client that sends each request once.</summary>
    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the service's URL; its default headers have the API key.</param>
    public StreamCheckerClient(HttpClient http)
        : this(() => http, new StreamCheckerClientOptions().HeartbeatCollection, TimeProvider.System)
    {
    }

    internal StreamCheckerClient(Func<HttpClient> http, TimeSpan heartbeatCollection, TimeProvider time)
    {
        this.http = http;
        collector = new(SendHeartbeatsAsync, heartbeatCollection, time);
    }

    /// <summary>Asks whether the user may start one more stream, and records it if so.</summary>
    /// <exception cref="StreamCheckerException">The service rejected the request as invalid, or failed.</exception>
    public async Task<StartResult> StartAsync(StreamStart start, CancellationToken cancellationToken = default)
    {
        // One key for all attempts: a repeated start takes effect once.
        using var request = Request(HttpMethod.Post, "stream-record", start.IdempotencyKey ?? Guid.NewGuid().ToString("N"));
        request.Content = JsonContent.Create(StartBody.From(start), ClientJson.Default.StartBody);
        try
        {
            using var response = await SendAsync(request, cancellationToken);
            switch (response.StatusCode)
            {
                case HttpStatusCode.Created:
                    var started = await ReadAsync(response, ClientJson.Default.StartedBody, cancellationToken);
                    return new StartResult.Admitted(started.Stream(), started.Limit, started.Active, started.Replaced, response.Headers.Contains(IdempotencyReplayed))
                    {
                        Observed = started.Observed ?? [],
                        Player = started.Player,
                    };
                case HttpStatusCode.Forbidden or HttpStatusCode.Conflict or HttpStatusCode.ServiceUnavailable:
                    var problem = await ReadProblemAsync(response, cancellationToken);
                    return problem.Type switch
                    {
                        ProblemTypes.StreamLimitReached => new StartResult.LimitReached(problem.Limit, problem.Active, problem.Streams, RetryAfter(response)) { Violations = problem.Violations ?? [] },
                        ProblemTypes.StreamEnded => new StartResult.Ended(problem.Ending()),
                        ProblemTypes.StoreUnavailable or ProblemTypes.OutcomeUnknown => new StartResult.Unavailable(problem.Detail ?? problem.Title, RetryAfter(response)),
                        _ => throw new StreamCheckerException(response.StatusCode, problem),
                    };
                default:
                    throw await FailureAsync(response, cancellationToken);
            }
        }
        catch (StreamCheckerException lost) when (lost.StatusCode is null)
        {
            return new StartResult.Unavailable(lost.Message, null);
        }
    }

    /// <summary>Renews a stream's lease. Heartbeats that are sent at about the same time share one request.</summary>
    /// <param name="id">The <see cref="StreamRecord.Id"/> of the stream.</param>
    /// <param name="cancellationToken">Ends the wait. The heartbeat may still be sent.</param>
    /// <exception cref="StreamCheckerException">The service rejected the ID or the request, or failed.</exception>
    public Task<HeartbeatResult> HeartbeatAsync(string id, CancellationToken cancellationToken = default) =>
        collector.AddAsync(id).WaitAsync(cancellationToken);

    /// <summary>Ends a stream. It has no effect on a stream that has already ended.</summary>
    /// <param name="id">The <see cref="StreamRecord.Id"/> of the stream.</param>
    /// <param name="cancellationToken">Cancels the request, which may already have taken effect.</param>
    /// <exception cref="StreamCheckerException">The service rejected the request, failed, or is unavailable.</exception>
    public async Task StopAsync(string id, CancellationToken cancellationToken = default)
    {
        using var request = Request(HttpMethod.Delete, $"stream-record/{Uri.EscapeDataString(id)}");
        using var response = await SendAsync(request, cancellationToken);
        await ThrowIfFailedAsync(response, cancellationToken);
    }

    /// <summary>Ends all streams of a user, and returns how many it ended.</summary>
    /// <exception cref="StreamCheckerException">The service rejected the request, failed, or is unavailable.</exception>
    public async Task<int> StopAllAsync(string userId, CancellationToken cancellationToken = default)
    {
        using var request = Request(HttpMethod.Delete, OfUser("stream-record", userId), Guid.NewGuid().ToString("N"));
        using var response = await SendAsync(request, cancellationToken);
        return (await ReadAsync(response, ClientJson.Default.StoppedBody, cancellationToken)).Stopped;
    }

    /// <summary>Lists the active streams of a user.</summary>
    /// <exception cref="StreamCheckerException">The service rejected the request, failed, or is unavailable.</exception>
    public Task<ActiveStreams> ListAsync(string userId, CancellationToken cancellationToken = default) =>
        GetAsync(OfUser("stream-record", userId), ClientJson.Default.ActiveStreams, cancellationToken);

    /// <summary>Gets the limit and the plan of a user.</summary>
    /// <exception cref="StreamCheckerException">The service rejected the request, failed, or is unavailable.</exception>
    public Task<StreamLimit> GetLimitAsync(string userId, CancellationToken cancellationToken = default) =>
        GetAsync(OfUser("stream-limit", userId), ClientJson.Default.StreamLimit, cancellationToken);

    /// <summary>Sets the user's own limit. A lowered limit ends no stream.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="maxConcurrentStreams">0 to 100.</param>
    /// <param name="cancellationToken">Cancels the request, which may already have taken effect.</param>
    /// <exception cref="StreamCheckerException">The service rejected the request, failed, or is unavailable.</exception>
    public async Task<StreamLimit> SetLimitAsync(string userId, int maxConcurrentStreams, CancellationToken cancellationToken = default)
    {
        using var request = Request(HttpMethod.Put, OfUser("stream-limit", userId), Guid.NewGuid().ToString("N"));
        request.Content = JsonContent.Create(new LimitBody(maxConcurrentStreams), ClientJson.Default.LimitBody);
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(response, ClientJson.Default.StreamLimit, cancellationToken);
    }

    /// <summary>Sets the user's plan; null returns to the plan <c>default</c>. The user's own limit, if there is one, stays.</summary>
    /// <exception cref="StreamCheckerException">The service has no plan of that name, rejected the request, failed, or is unavailable.</exception>
    public async Task<StreamLimit> SetPlanAsync(string userId, string? plan, CancellationToken cancellationToken = default)
    {
        using var request = Request(HttpMethod.Put, OfUser("stream-limit", userId), Guid.NewGuid().ToString("N"));
        request.Content = JsonContent.Create(new PlanBody(plan), ClientJson.Default.PlanBody);
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(response, ClientJson.Default.StreamLimit, cancellationToken);
    }

    /// <summary>Removes the user's own limit and plan: the default applies again.</summary>
    /// <exception cref="StreamCheckerException">The service rejected the request, failed, or is unavailable.</exception>
    public async Task ResetLimitAsync(string userId, CancellationToken cancellationToken = default)
    {
        using var request = Request(HttpMethod.Delete, OfUser("stream-limit", userId), Guid.NewGuid().ToString("N"));
        using var response = await SendAsync(request, cancellationToken);
        await ThrowIfFailedAsync(response, cancellationToken);
    }

    /// <summary>
    /// Sets and resets the limits of many users, up to 10,000 in one request, and returns the results in the order of the changes while the
    /// service makes them. Later changes of a user take effect after earlier ones.
    /// </summary>
    /// <param name="changes">The changes. They are read as they are sent.</param>
    /// <param name="cancellationToken">Cancels the request. The changes without a result may have taken effect.</param>
    /// <exception cref="StreamCheckerException">
    /// The service rejected a request, or did not complete its response. The changes without a result may have taken effect: send them again.
    /// </exception>
    public async IAsyncEnumerable<LimitChangeResult> SetLimitsAsync(
        IEnumerable<LimitChange> changes, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var batch in LimitBatch.Of(changes))
        {
            using var request = Request(HttpMethod.Post, "stream-limit/batch");
            request.Content = batch.Content();
            using var response = await SendAsync(request, cancellationToken, HttpCompletionOption.ResponseHeadersRead);
            await ThrowIfFailedAsync(response, cancellationToken);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            foreach (var change in batch.Changes)
            {
                yield return await ReadResultAsync(lines, response.StatusCode, cancellationToken) is { } result
                    ? result.Of(change)
                    : throw new StreamCheckerException(response.StatusCode, "The response ended before the results of all changes.");
            }
        }
    }

    /// <summary>Gets everything that the service holds about a user.</summary>
    /// <exception cref="StreamCheckerException">The service rejected the request, failed, or is unavailable.</exception>
    public Task<UserData> GetUserAsync(string userId, CancellationToken cancellationToken = default) =>
        GetAsync(OfUser("user", userId), ClientJson.Default.UserData, cancellationToken);

    /// <summary>
    /// Deletes everything that the service holds about a user: active streams end, and the limit is the default. If the outcome is unknown,
    /// call it again.
    /// </summary>
    /// <exception cref="StreamCheckerException">The service rejected the request, failed, or is unavailable.</exception>
    public async Task EraseUserAsync(string userId, CancellationToken cancellationToken = default)
    {
        using var request = Request(HttpMethod.Delete, OfUser("user", userId));
        using var response = await SendAsync(request, cancellationToken);
        await ThrowIfFailedAsync(response, cancellationToken);
    }

    private static async Task<LimitLineResultBody?> ReadResultAsync(StreamReader lines, HttpStatusCode status, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken) is { } line ? JsonSerializer.Deserialize(line, ClientJson.Default.LimitLineResultBody) : null;
        }
        catch (Exception broken) when (broken is IOException or JsonException)
        {
            throw new StreamCheckerException(status, $"The response ended before the results of all changes: {broken.Message}", broken);
        }
    }

    private async Task<IReadOnlyList<HeartbeatBody>> SendHeartbeatsAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, "stream-record/heartbeats");
        request.Content = JsonContent.Create(new HeartbeatsBody(ids), ClientJson.Default.HeartbeatsBody);
        using var response = await SendAsync(request, cancellationToken);
        return (await ReadAsync(response, ClientJson.Default.HeartbeatResultsBody, cancellationToken)).Results;
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, path);
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    /// <exception cref="StreamCheckerException">There is no response: the service is away, or did not respond in time.</exception>
    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        try
        {
            return await http().SendAsync(request, completion, cancellationToken);
        }
        catch (Exception lost) when (!cancellationToken.IsCancellationRequested && ServiceRetries.IsNoResponse(lost))
        {
            throw new StreamCheckerException($"Stream Checker did not respond: {lost.Message}", lost);
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? key = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (key is not null && !request.Headers.TryAddWithoutValidation(IdempotencyKey, key))
        {
            throw new ArgumentException("The idempotency key is not a valid header value.", nameof(key));
        }

        return request;
    }

    private static string OfUser(string path, string userId) => $"{path}?userId={Uri.EscapeDataString(userId)}";

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await ThrowIfFailedAsync(response, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new JsonException("The body is null.");
        }
        catch (JsonException malformed)
        {
            throw new StreamCheckerException(response.StatusCode, $"The response is not one of Stream Checker: {malformed.Message}", malformed);
        }
    }

    private static async Task ThrowIfFailedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw await FailureAsync(response, cancellationToken);
        }
    }

    private static async Task<StreamCheckerException> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new(response.StatusCode, await ReadProblemAsync(response, cancellationToken)) { RetryAfter = RetryAfter(response) };

    /// <summary>Reads a problem document. Gateways and the Functions host respond without one.</summary>
    private static async Task<ProblemBody> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json")
        {
            try
            {
                return await response.Content.ReadFromJsonAsync(ClientJson.Default.ProblemBody, cancellationToken) ?? ProblemBody.Of(response);
            }
            catch (JsonException)
            {
            }
        }

        return ProblemBody.Of(response);
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;
}
