using System.Globalization;
using Npgsql;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Hosts;

/// <summary>The limit on PostgreSQL: one function a call, a lock a user, synchronous commit.</summary>
internal sealed class PostgresStreamPartitions(NpgsqlDataSource source) : IStreamPartitions
{
    private const string Columns = "record_id, stream_id, device_name, started_at, expires_at";

    public static PostgresStreamPartitions Connect(string connection) => new(NpgsqlDataSource.Create(
        connection + ";Maximum Pool Size=48;Minimum Pool Size=8;Max Auto Prepare=16;Auto Prepare Min Usages=1;No Reset On Close=true"));

    public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken) => new PartitionResult.Committed(command switch
    {
        StartCommand start => Started(start, await QueryAsync(
            "select * from start_stream($1, $2, $3, $4, $5, $6, $7)",
            cancellationToken,
            start.UserId, start.Key, start.StreamId, start.DeviceName, start.LeaseMs, start.DefaultLimit, start.ReplaceOldest)),
        RenewCommand renew => await QueryAsync("select * from renew_stream($1, $2, $3)", cancellationToken, renew.UserId, renew.Key, renew.LeaseMs) is [var row]
            ? new StreamReply.Renewed(Written: true, row.View)
            : new StreamReply.Ended(StreamEndReason.Unknown, null),
        ListCommand list => new StreamReply.Listed(list.DefaultLimit, IsDefault: true, Views(await QueryAsync(
            $"select 'active', {Columns} from streams where user_id = $1", cancellationToken, list.UserId))),
        StopCommand stop => new StreamReply.Stopped((await QueryAsync(
            $"delete from streams where user_id = $1 and record_id = $2 returning 'stopped', {Columns}", cancellationToken, stop.UserId, stop.Key)).Count),
        _ => throw new NotSupportedException($"{command.GetType().Name} is not measured."),
    });

    private static StreamReply Started(StartCommand start, List<Row> rows) =>
        rows[^1] is { Outcome: "admitted" } admitted
            ? new StreamReply.Admitted(
                Replayed: false,
                admitted.View.StartedAt,
                admitted.View.ExpiresAt,
                start.DefaultLimit,
                int.Parse(admitted.View.Key, CultureInfo.InvariantCulture),
                Views(rows[..^1]))
            : new StreamReply.LimitReached(
                start.DefaultLimit, Views(rows), rows.Min(row => row.View.ExpiresAt) - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    private static RecordView[] Views(List<Row> rows) => [.. rows.Select(row => row.View)];

    private async Task<List<Row>> QueryAsync(string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter ?? DBNull.Value });
        }

        var rows = new List<Row>(4);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                reader.GetString(0),
                new(reader.GetString(1), reader.GetInt64(4), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt64(5))));
        }

        return rows;
    }

    private sealed record Row(string Outcome, RecordView View);
}
