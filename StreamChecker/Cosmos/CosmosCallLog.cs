using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Cosmos;

/// <summary>
/// Logs runs of the procedure that were slow or left in doubt, with what support asks for. At most one a second: an outage
/// makes thousands, and they are all alike.
/// </summary>
/// <remarks>
/// The SDK's diagnostics as a text hold addresses, and may hold partition keys, which name users. So single values are taken
/// from them, none of which comes from a caller.
/// </remarks>
internal sealed partial class CosmosCallLog(string account, TimeSpan slowAfter, TimeProvider time, ILogger<CosmosStreamPartitions> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long lastLogged;
    private long notLogged;

    /// <summary>What the service, or the SDK in its place, said of one run.</summary>
    public readonly record struct Outcome(int Status, int SubStatus, Headers? Headers, CosmosDiagnostics? Diagnostics)
    {
        public static Outcome Of(ResponseMessage response, int subStatus) =>
            new((int)response.StatusCode, subStatus, response.Headers, response.Diagnostics);

        public static Outcome Of(CosmosException failure) =>
            new((int)failure.StatusCode, failure.SubStatusCode, failure.Headers, failure.Diagnostics);
    }

    /// <summary>Logs the run if it is worth it.</summary>
    /// <param name="answer">What became of it.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="outcome">What is known of it; nothing where there was no response.</param>
    public void Add(PartitionResult answer, TimeSpan elapsed, Outcome outcome)
    {
        var inDoubt = answer as PartitionResult.Ambiguous;
        if ((inDoubt is null && elapsed < slowAfter) || !logger.IsEnabled(LogLevel.Warning) || !TakeTurn(out var others))
        {
            return;
        }

        // In gateway mode the SDK names no regions.
        var regions = outcome.Diagnostics?.GetContactedRegions() is { Count: > 0 } contacted
            ? string.Join(", ", contacted.Select(region => $"{region.regionName} {region.uri.Host}").Distinct())
            : account;
        LogCall(
            inDoubt is null ? "was slow" : $"left the call in doubt ({inDoubt.Cause})",
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
        + "activity {ActivityId}, {RequestCharge} RU; {Others} more were not logged since the last one")]
    private partial void LogCall(
        string outcome, long elapsed, int status, int subStatus, long failedRequests, string regions, string? activityId, double requestCharge, long others);
}
