using Npgsql;
using NpgsqlTypes;
using StreamChecker.Benchmarks.Hosts;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>PostgreSQL and one function a call, with its settings as they come: synchronous commit.</summary>
internal sealed class PostgresContender() : Contender("postgres", "PostgreSQL, synchronous commit")
{
    private const string Owner = "postgres";

    private string? version;

    public override string Version => version ?? throw new InvalidOperationException("PostgreSQL was not looked for yet.");

    private static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(folder => $"{folder}/bin").Where(folder => File.Exists($"{folder}/initdb")).Max(StringComparer.Ordinal)
        : null;

    public override async Task<string?> WhyMissingAsync(CancellationToken cancellationToken)
    {
        version = Programs is { } programs && await Installed.VersionAsync($"{programs}/postgres", "--version", cancellationToken) is { } line
            ? $"PostgreSQL {line.Split(' ')[2]}, Npgsql {Installed.Package("Npgsql")}"
            : null;
        return version is null ? "PostgreSQL is not installed (apt-get install postgresql)" : null;
    }

    public override async Task StartAsync(SeedSize size, Action<double> progress, CancellationToken cancellationToken)
    {
        var data = Path.Combine(Data.Path, "data");
        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.RunAsync("chown", [Owner, Data.Path], cancellationToken);
        }

        await AsOwnerAsync("initdb", ["-D", data, "-U", Owner, "--auth=trust", "--encoding=UTF8", "--locale=C"], cancellationToken);
        var port = TemporaryData.FreePort();
        string[] serve = ["-D", data, "-p", $"{port}", "-h", "127.0.0.1", "-k", Data.Path, "-c", "max_connections=100", "-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"];
        var (program, arguments) = Command("postgres", serve);
        var server = Run(program, arguments);
        await TemporaryData.WaitForPortAsync(port, server, cancellationToken);
        var connection = $"Host=127.0.0.1;Port={port};Username={Owner};Database={Owner}";
        await SeedAsync(connection, size, progress, cancellationToken);
        await RunHostAsync("postgres", connection);
    }

    private static async Task SeedAsync(string connection, SeedSize size, Action<double> progress, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connection + ";Command Timeout=120");
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var create = source.CreateCommand(HostResources.Text("limiter.sql"));
                await create.ExecuteNonQueryAsync(cancellationToken);
                break;
            }
            catch (PostgresException starting) when (starting.SqlState == PostgresErrorCodes.CannotConnectNow && attempt < 100)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        await using (var session = await source.OpenConnectionAsync(cancellationToken))
        await using (var copy = await session.BeginBinaryImportAsync("copy streams (user_id, record_id, stream_id, device_name, started_at, expires_at) from stdin (format binary)", cancellationToken))
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            var all = size.Live + (size.Full * SeededStreams.Limit);
            var done = 0L;
            foreach (var record in SeededStreams.All(size))
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(record.UserId, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(record.Key.ToString(), NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(SeededStreams.StreamId, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(SeededStreams.DeviceName, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(record.StartedAt, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(now + (SeededStreams.LeaseSeconds * 1000L), NpgsqlDbType.Bigint, cancellationToken);
                if (++done % 10_000 == 0)
                {
                    progress(done / (double)all);
                }
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await using var analyze = source.CreateCommand("vacuum analyze streams");
        await analyze.ExecuteNonQueryAsync(cancellationToken);
        await using var checkpoint = source.CreateCommand("checkpoint");
        await checkpoint.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>PostgreSQL does not run as root: then it runs as the user that its package made.</summary>
    private static (string Program, string[] Arguments) Command(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", [$"--reuid={Owner}", $"--regid={Owner}", "--clear-groups", $"{Programs}/{program}", .. arguments])
        : ($"{Programs}/{program}", arguments);

    private static Task<string> AsOwnerAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var (command, given) = Command(program, arguments);
        return ChildProcess.RunAsync(command, given, cancellationToken);
    }
}
