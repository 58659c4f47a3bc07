using System.Text.Json.Nodes;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Hosts;

/// <summary>
/// The original system's algorithm, with its faults: it scans the table for the user's records, counts what the first page
/// of the scan has, and then puts one more. Nothing expires, and nothing keeps two starts from counting the same.
/// </summary>
internal sealed class OriginalStreamPartitions(DynamoTable table) : IStreamPartitions
{
    public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken)
    {
        if (command is not StartCommand start)
        {
            return command is ListCommand list
                ? new PartitionResult.Committed(new StreamReply.Listed(null, []))
                : throw new NotSupportedException($"{command.GetType().Name} is not measured.");
        }

        var scan = await table.CallAsync(
            "Scan",
            new()
            {
                ["TableName"] = DynamoTable.Name,
                ["FilterExpression"] = "userId = :userId",
                ["ExpressionAttributeValues"] = new JsonObject { [":userId"] = DynamoTable.Text(start.UserId) },
            },
            cancellationToken);
        var active = scan["Count"]!.GetValue<int>();
        if (active >= start.Plan.Limit)
        {
            return new PartitionResult.Committed(Rejections.Of(start.Plan, [], null));
        }

        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await table.CallAsync(
            "PutItem",
            new() { ["TableName"] = DynamoTable.Name, ["Item"] = DynamoTable.Item(start.Key, start.UserId, start.StreamId) },
            cancellationToken);
        return new PartitionResult.Committed(new StreamReply.Admitted(
            Replayed: false, now, now + start.LeaseMs, start.Plan.Limit, active + 1, []));
    }
}
