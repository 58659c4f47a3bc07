using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using StreamChecker.Partitions;

namespace StreamChecker.Cosmos;

/// <summary>The users' partitions in Azure Cosmos DB: one run of the stored procedure is one round trip.</summary>
internal sealed class CosmosStreamPartitions(Container container) : IStreamPartitions
{
    private static readonly TimeSpan RetryAfterUnknown = TimeSpan.FromMilliseconds(100);

    public async Task<PartitionAnswer> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken)
    {
        try
        {
            using var arguments = StreamsProcedure.ArgumentStream(command);
            using var response = await container.Scripts.ExecuteStoredProcedureStreamAsync(
                StreamsProcedure.Id, arguments, new PartitionKey(command.UserId), cancellationToken: cancellationToken);
            return await ReadAsync(response, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException or TimeoutException or JsonException or NotSupportedException)
        {
            return new PartitionAnswer.Ambiguous(lost.GetType().Name);
        }
        catch (CosmosException failure)
        {
            return AnswerTo(failure.StatusCode, failure.RetryAfter, failure.Message);
        }
    }

    private static async Task<PartitionAnswer> ReadAsync(ResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            return AnswerTo(response.StatusCode, RetryAfter(response), response.ErrorMessage);
        }

        return new PartitionAnswer.Committed(await StreamsProcedure.ReadReplyAsync(response.Content, cancellationToken), response.Headers.RequestCharge);
    }

    /// <summary>
    /// What a status says of the transaction: rolled back, never begun, or unknown.
    /// https://learn.microsoft.com/azure/cosmos-db/nosql/conceptual-resilient-sdk-applications
    /// </summary>
    private static PartitionAnswer AnswerTo(HttpStatusCode status, TimeSpan? retryAfter, string message) => (int)status switch
    {
        400 => StreamsProcedure.ReadError(message),
        429 => new PartitionAnswer.Throttled(retryAfter ?? RetryAfterUnknown),
        449 => new PartitionAnswer.Conflict(UnseenSlot: false),
        408 or 410 or >= 500 => new PartitionAnswer.Ambiguous($"HTTP {(int)status}"),
        404 => throw new StoredProcedureException($"The container or its stored procedure {StreamsProcedure.Id} is missing: {message}"),
        _ => throw new StoredProcedureException($"Cosmos DB answered {(int)status}: {message}"),
    };

    private static TimeSpan? RetryAfter(ResponseMessage response) =>
        double.TryParse(response.Headers["x-ms-retry-after-ms"], System.Globalization.CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
}
