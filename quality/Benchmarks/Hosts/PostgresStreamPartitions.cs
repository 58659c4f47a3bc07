using System.Globalization;
using Npgsql;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Hosts;

/// <summary>The rules on PostgreSQL: one function for each call, one lock for each user, synchronous commit.</summary>
internal sealed class PostgresStreamPartitions(NpgsqlDataSource source) : IStreamPartitions
{
    public static PostgresStreamPartitions Connect(string connection) => new(NpgsqlDataSource.Create(
        connection + ";Maximum Pool Size=48;Minimum Pool Size=8;Max Auto Prepare=16;Auto Prepare Min Usages=1;No Reset On Close=true"));

    public async Task<PartitionResult> ExecuteAsync(StreamCommand command, CancellationToken cancellationToken) => new PartitionResult.Committed(command switch
    {
        StartCommand start => Started(start, await QueryAsync(
            "select * from start_stream($1, $2, $3, $4, $5, $6, $7)",
            cancellationToken,
            start.UserId, start.Key, start.StreamId, start.DeviceName, start.LeaseMs, start.Plan.Limit, start.ReplaceOldest)),
        RenewCommand renew => Renewed(await QueryAsync(
            "select * from renew_stream($1, $2, $3, $4)", cancellationToken, renew.UserId, renew.Key, renew.StartedAt, renew.LeaseMs)),
        ListCommand list => new StreamReply.Listed(
            null, Views(await QueryAsync("select * from list_streams($1)", cancellationToken, list.UserId))),
        StopCommand stop => new StreamReply.Stopped(
            (await QueryAsync("select * from stop_stream($1, $2, $3)", cancellationToken, stop.UserId, stop.Key, stop.StartedAt)).Count),
        _ => throw new NotSupportedException($"{command.GetType().Name} is not measured."),
    });

    private static StreamReply Started(StartCommand start, List<Row> rows)
    {
        var last = rows[^1];
        return last.Outcome switch
        {
            "admitted" or "replayed" => new StreamReply.Admitted(
                last.Outcome == "replayed",
                last.Stream!.StartedAt,
                last.Stream.ExpiresAt,
                start.Plan.Limit,
                int.Parse(last.Detail!, CultureInfo.InvariantCulture),
                [.. Views(rows[..^1]).Select(view => new ReplacedView(view.Key, view.StartedAt, view.StreamId, view.DeviceName, view.ExpiresAt))]),
            "keyReused" => new StreamReply.KeyReused(),
            "ended" => Ended(last),
            _ => Rejections.Of(start.Plan, Views(rows), WaitMs(start, rows)),
        };
    }

    private static StreamReply Renewed(List<Row> rows) => rows switch
    {
        [{ Outcome: "renewed" } row] => new StreamReply.Renewed(Written: true, row.Stream!),
        [var row] => Ended(row),
        _ => new StreamReply.Ended(StreamEndReason.Unknown, null),
    };

    private static StreamReply.Ended Ended(Row row) => new(Enum.Parse<StreamEndReason>(row.Detail!, ignoreCase: true), row.Stream);

    private static long? WaitMs(StartCommand start, List<Row> rows) =>
        rows.Select(row => row.Stream!.ExpiresAt).Order().ElementAt(rows.Count - start.Plan.Limit) - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static RecordView[] Views(List<Row> rows) => [.. rows.Select(row => row.Stream!)];

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
            rows.Add(new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), ReadStream(reader)));
        }

        return rows;
    }

    private static RecordView? ReadStream(NpgsqlDataReader reader) => reader.IsDBNull(2) ? null : new(
        reader.GetString(2), reader.GetInt64(5), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(6) ? null : reader.GetInt64(6));

    private sealed record Row(string Outcome, string? Detail, RecordView? Stream);
}
