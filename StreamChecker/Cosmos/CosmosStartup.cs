using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StreamChecker.Cosmos;

/// <summary>
/// Provisions the account if configured, and warms up the client so that no request has to wait for it. An unavailable account does
/// not block the start: the app serves, and retries the provisioning.
/// </summary>
internal sealed partial class CosmosStartup(
    CosmosClient client,
    StreamLimiter limiter,
    ContainerCheck containerCheck,
    IOptions<CosmosOptions> options,
    IOptions<StreamCheckerOptions> service,
    TimeProvider time,
    ILogger<CosmosStartup> logger) : BackgroundService
{
    // Several sequential requests, the first of the process: longer than the deadline of a request.
    private static readonly TimeSpan OneProvisioning = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ProvisioningPause = TimeSpan.FromSeconds(2);

    // A hash assigns the probed partition keys to physical partitions. With four probes for each physical partition, few are
    // missed; the first request to a missed one takes longer.
    private const int ProbesPerPartition = 4;
    private const int MostProbes = 64;

    private bool mustProvision = options.Value.Provision;

    /// <summary>Provisions and checks the container before the app serves, so that a permanent error ends the start.</summary>
    /// <exception cref="StreamStoreUnavailableException">
    /// The account rejects the provisioning, or its container is not usable; the message is one line with the reason.
    /// </exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (mustProvision && await ProvisionAsync(cancellationToken) is { } away)
        {
            LogAway(client.Endpoint.Authority, away);
        }
        else
        {
            await containerCheck.RunAsync(
                client.GetContainer(options.Value.DatabaseName, options.Value.ContainerName), service.Value.Deadline, cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (mustProvision)
        {
            await ProvisionLaterAsync(stoppingToken);
        }

        await WarmUpAsync(stoppingToken);
    }

    private async Task ProvisionLaterAsync(CancellationToken stoppingToken)
    {
        var logged = false;
        while (mustProvision)
        {
            await Task.Delay(ProvisioningPause, time, stoppingToken);
            try
            {
                await ProvisionAsync(stoppingToken);
            }
            catch (StreamStoreUnavailableException rejection)
            {
                if (!logged)
                {
                    LogRejected(rejection.Message);
                }

                logged = true;
            }
        }

        LogProvisioned(client.Endpoint.Authority);
    }

    /// <summary>Returns the reason why the account is unavailable; null if it is provisioned.</summary>
    private async Task<string?> ProvisionAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(OneProvisioning, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await CosmosProvisioning.EnsureAsync(client, options.Value, either.Token).WaitAsync(either.Token);
            mustProvision = false;
            return null;
        }
        catch (Exception failure) when (IsAway(failure) && !cancellationToken.IsCancellationRequested)
        {
            return timeout.IsCancellationRequested ? "no response in time" : FirstLine(failure);
        }
        catch (Exception failure) when (failure is HttpRequestException or CosmosException or ArgumentException)
        {
            throw new StreamStoreUnavailableException(
                $"Cosmos DB at {client.Endpoint} rejects the provisioning of its database: {FirstLine(failure)}", TimeSpan.Zero, failure);
        }
    }

    /// <summary>
    /// Makes the SDK do the work of its first request to a partition: it reads the account, the container and the partition key ranges,
    /// and in direct mode the addresses of the physical partition's replicas, to which it opens connections.
    /// </summary>
    /// <remarks>
    /// Like <c>CosmosClient.CreateAndInitializeAsync</c>, but for an existing client, which remains usable if the account is unavailable, and
    /// with the app's permissions: to read metadata and to execute the procedure, but not to query.
    /// </remarks>
    private async Task WarmUpAsync(CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(service.Value.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, timeout.Token);
        try
        {
            // An execution would log a warning of its own, so the account must respond first.
            var container = client.GetContainer(options.Value.DatabaseName, options.Value.ContainerName);
            var partitions = await container.GetFeedRangesAsync(either.Token).WaitAsync(either.Token);
            var probes = partitions.Count == 1 ? 1 : Math.Min(partitions.Count * ProbesPerPartition, MostProbes);
            await Task.WhenAll(Enumerable.Range(0, probes).Select(partition => limiter.WarmUpAsync(partition, either.Token)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The app stops during the warm-up.
        }
#pragma warning disable CA1031 // The app serves even if the warm-up fails; an exception would stop the host.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogCold(client.Endpoint.Authority, timeout.IsCancellationRequested ? "no response in time" : FirstLine(failure));
        }
    }

    /// <summary>Whether the account may become available, like an emulator that starts at the same time as the app.</summary>
    private static bool IsAway(Exception failure) => failure switch
    {
        HttpRequestException http => http.HttpRequestError != HttpRequestError.SecureConnectionError,
        OperationCanceledException or TimeoutException => true,
        CosmosException { StatusCode: var status } =>
            status is HttpStatusCode.RequestTimeout or HttpStatusCode.Gone or HttpStatusCode.TooManyRequests || (int)status is 449 or >= 500,
        _ => false,
    };

    private static string FirstLine(Exception failure) => failure.Message.Split('\n')[0].TrimEnd();

    [LoggerMessage(40, LogLevel.Warning, "Cosmos DB at {Account} is unavailable: {Reason}. The app serves, and retries the provisioning")]
    private partial void LogAway(string account, string reason);

    [LoggerMessage(41, LogLevel.Error, "Provisioning failed and is retried: {Reason}")]
    private partial void LogRejected(string reason);

    [LoggerMessage(42, LogLevel.Information, "Cosmos DB at {Account} is available and provisioned")]
    private partial void LogProvisioned(string account);

    [LoggerMessage(43, LogLevel.Warning, "Cosmos DB at {Account} could not be warmed up; the first request may take longer: {Reason}")]
    private partial void LogCold(string account, string reason);
}
