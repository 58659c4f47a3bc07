using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Cosmos;

/// <summary>
/// Logs executions of the procedure that were slow or have an unknown outcome, with the values that Azure support asks for. At most
/// one per second, since an outage causes thousands of similar ones.
/// </summary>
/// <remarks>
/// The text of the SDK's diagnostics contains addresses and may contain partition keys, which identify users. Only single values
/// that never come from a client are logged.
/// </remarks>
internal sealed partial class CosmosCallLog(string account, TimeSpan slowAfter, TimeProvider time, ILogger<CosmosStreamPartitions> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long lastLogged;
    private long notLogged;

    /// <summary>The response to one execution, from Cosmos DB or from the SDK.</summary>
    public readonly record struct Outcome(int Status, int SubStatus, Headers? Headers, CosmosDiagnostics? Diagnostics)
    {
        public static Outcome Of(ResponseMessage response, int subStatus) =>
            new((int)response.StatusCode, subStatus, response.Headers, response.Diagnostics);

        public static Outcome Of(CosmosException failure) =>
            new((int)failure.StatusCode, failure.SubStatusCode, failure.Headers, failure.Diagnostics);
    }

    /// <summary>Logs the execution if it was slow or its outcome is unknown.</summary>
    /// <param name="result">Its result.</param>
    /// <param name="elapsed">Its duration.</param>
    /// <param name="outcome">The response; empty if there was none.</param>
    public void Add(PartitionResult result, TimeSpan elapsed, Outcome outcome)
    {
        var inDoubt = result as PartitionResult.Ambiguous;
        if ((inDoubt is null && elapsed < slowAfter) || !logger.IsEnabled(LogLevel.Warning) || !TakeTurn(out var others))
        {
            return;
        }

        // In gateway mode the SDK names no regions.
        var regions = outcome.Diagnostics?.GetContactedRegions() is { Count: > 0 } contacted
            ? string.Join(", ", contacted.Select(region => $"{region.regionName} {region.uri.Host}").Distinct())
            : account;
        LogCall(
            inDoubt is null ? "was slow" : $"left the outcome unknown ({inDoubt.Cause})",
            (long)elapsed.TotalMilliseconds,
            outcome.Status,
            outcome.SubStatus,
            outcome.Diagnostics?.GetFailedRequestCount() ?? 0,
            regions,
            outcome.Headers?.ActivityId,
            outcome.Headers?.RequestCharge ?? 0,
            others);
    }

    private bool TakeTurn(out long others)
    {
        others = 0;
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref lastLogged);
        if ((last != 0 && time.GetElapsedTime(last, now) < Interval) || Interlocked.CompareExchange(ref lastLogged, now, last) != last)
        {
            Interlocked.Increment(ref notLogged);
            return false;
        }

        others = Interlocked.Exchange(ref notLogged, 0);
        return true;
    }

    [LoggerMessage(
        45,
        LogLevel.Warning,
        "Cosmos DB {Outcome} after {Elapsed} ms: status {Status}/{SubStatus}, {FailedRequests} failed requests, at {Regions}, "
        + "activity {ActivityId}, {RequestCharge} RU; {Others} more since the last one were not logged")]
    private partial void LogCall(
        string outcome, long elapsed, int status, int subStatus, long failedRequests, string regions, string? activityId, double requestCharge, long others);
}
