using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StreamChecker.Cosmos;

/// <summary>
/// Makes what the store needs in the account, where the settings say so, and warms up the client, so that no call pays for
/// it. An account that is away holds up neither: the app serves, and goes on trying to provision.
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
    // Several requests, the first ones of the process, one after the other: not the deadline of a call.
    private static readonly TimeSpan OneProvisioning = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ProvisioningPause = TimeSpan.FromSeconds(2);

    // Of the partition keys that are probed, the service's hash decides to which physical partition they belong. With four
    // for each physical partition few are missed, and a missed one costs a call what it would have cost anyway.
    private const int ProbesPerPartition = 4;
    private const int MostProbes = 64;

    private bool mustProvision = options.Value.Provision;

    /// <summary>Provisions once, and looks at the container, before the app serves, so that what no retry mends ends the start.</summary>
    /// <exception cref="StreamStoreUnavailableException">
    /// The account refuses, or its container cannot be worked with; the message is one line that says why.
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
        var refused = false;
        while (mustProvision)
        {
            await Task.Delay(ProvisioningPause, time, stoppingToken);
            try
            {
                await ProvisionAsync(stoppingToken);
            }
            catch (StreamStoreUnavailableException refusal)
            {
                if (!refused)
                {
                    LogRefused(refusal.Message);
                }

                refused = true;
            }
        }

        LogProvisioned(client.Endpoint.Authority);
    }

    /// <summary>Returns why the account is away; null where it is provisioned.</summary>
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
                $"Cosmos DB at {client.Endpoint} does not let its database be made: {FirstLine(failure)}", TimeSpan.Zero, failure);
        }
    }

    /// <summary>
    /// Pays for what the SDK does before its first call to a partition: it reads the account, the container and the partition
    /// key ranges, and in direct mode the addresses of the physical partition's replicas, to which it opens connections.
    /// </summary>
    /// <remarks>
    /// As <c>CosmosClient.CreateAndInitializeAsync</c> does, but for a client that exists and goes on existing where the account
    /// is away, and with the rights that the app has: it may read metadata and run the procedure, and not query.
    /// </remarks>
    private async Task WarmUpAsync(CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(service.Value.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, timeout.Token);
        try
        {
            // No call, which would leave a warning of its own, before the account is known to answer.
            var container = client.GetContainer(options.Value.DatabaseName, options.Value.ContainerName);
            var partitions = await container.GetFeedRangesAsync(either.Token).WaitAsync(either.Token);
            var probes = partitions.Count == 1 ? 1 : Math.Min(partitions.Count * ProbesPerPartition, MostProbes);
            await Task.WhenAll(Enumerable.Range(0, probes).Select(partition => limiter.WarmUpAsync(partition, either.Token)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The app ends before it has warmed up.
        }
#pragma warning disable CA1031 // Whatever keeps the client cold, the app serves: the host would end it for an exception.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogCold(client.Endpoint.Authority, timeout.IsCancellationRequested ? "no response in time" : FirstLine(failure));
        }
    }

    /// <summary>Whether the account may answer later, as an emulator that starts beside the app does.</summary>
    private static bool IsAway(Exception failure) => failure switch
    {
        HttpRequestException http => http.HttpRequestError != HttpRequestError.SecureConnectionError,
        OperationCanceledException or TimeoutException => true,
        CosmosException { StatusCode: var status } =>
            status is HttpStatusCode.RequestTimeout or HttpStatusCode.Gone or HttpStatusCode.TooManyRequests || (int)status is 449 or >= 500,
        _ => false,
    };

    private static string FirstLine(Exception failure) => failure.Message.Split('\n')[0].TrimEnd();

    [LoggerMessage(40, LogLevel.Warning, "Cosmos DB at {Account} is away: {Reason}. The app serves, and provisions once it answers")]
    private partial void LogAway(string account, string reason);

    [LoggerMessage(41, LogLevel.Error, "Provisioning fails; it is tried again: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(42, LogLevel.Information, "Cosmos DB at {Account} answers, and is provisioned")]
    private partial void LogProvisioned(string account);

    [LoggerMessage(43, LogLevel.Warning, "Cosmos DB at {Account} could not be warmed up, and the first call may take longer: {Reason}")]
    private partial void LogCold(string account, string reason);
}
