using System.Text.Json.Nodes;
using StreamChecker.Benchmarks.Hosts;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>The original algorithm on a local DynamoDB with the given number of records of other users in its table.</summary>
internal sealed class OriginalContender(int records) : Contender(
    $"original-{records}", FormattableString.Invariant($"The original algorithm, {records:N0} records in the table"))
{
    private const string Package = "dynalite@4.0.0";
    private const int ItemsPerCall = 25;

    private static string Program => Path.Combine(Installed.Cache, "node_modules", "dynalite", "cli.js");

    public override IReadOnlyList<MixKind> Mixes => [MixKind.Starts];

    public override string Version => Package.Replace('@', ' ');

    public int Records => records;

    public override async Task<string?> WhyMissingAsync(CancellationToken cancellationToken)
    {
        if (await Installed.VersionAsync("node", "--version", cancellationToken) is null)
        {
            return "node is not installed";
        }

        try
        {
            if (!File.Exists(Program))
            {
                Directory.CreateDirectory(Installed.Cache);
                await ChildProcess.RunAsync("npm", ["install", "--prefix", Installed.Cache, "--no-audit", "--no-fund", Package], cancellationToken);
            }

            return null;
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"dynalite cannot be installed: {failure.Message.Split('\n')[^1]}";
        }
    }

    public override async Task StartAsync(SeedSize size, Action<double> progress, CancellationToken cancellationToken)
    {
        var port = TemporaryData.FreePort();
        var server = Run("node", Program, "--host", "127.0.0.1", "--port", $"{port}", "--createTableMs", "0");
        await TemporaryData.WaitForPortAsync(port, server, cancellationToken);
        var endpoint = $"http://127.0.0.1:{port}";
        using var table = new DynamoTable(endpoint);
        await CreateAsync(table, cancellationToken);
        for (var done = 0; done < records; done += ItemsPerCall)
        {
            var puts = Enumerable.Range(done, Math.Min(ItemsPerCall, records - done)).Select(i => (JsonNode)new JsonObject
            {
                ["PutRequest"] = new JsonObject { ["Item"] = DynamoTable.Item(SeededStreams.LiveRecord(i).Key.ToString(), $"other user {i}", SeededStreams.StreamId) },
            });
            await table.CallAsync(
                "BatchWriteItem", new() { ["RequestItems"] = new JsonObject { [DynamoTable.Name] = new JsonArray([.. puts]) } }, cancellationToken);
            progress(done / (double)records);
        }

        await RunHostAsync("original", endpoint);
    }

    private static async Task CreateAsync(DynamoTable table, CancellationToken cancellationToken)
    {
        await table.CallAsync(
            "CreateTable",
            new()
            {
                ["TableName"] = DynamoTable.Name,
                ["AttributeDefinitions"] = new JsonArray(new JsonObject { ["AttributeName"] = "id", ["AttributeType"] = "S" }),
                ["KeySchema"] = new JsonArray(new JsonObject { ["AttributeName"] = "id", ["KeyType"] = "HASH" }),
                ["ProvisionedThroughput"] = new JsonObject { ["ReadCapacityUnits"] = 1000, ["WriteCapacityUnits"] = 1000 },
            },
            cancellationToken);
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var description = await table.CallAsync("DescribeTable", new() { ["TableName"] = DynamoTable.Name }, cancellationToken);
            if (description["Table"]!["TableStatus"]!.GetValue<string>() == "ACTIVE")
            {
                return;
            }

            await Task.Delay(50, cancellationToken);
        }

        throw new InvalidOperationException("The local DynamoDB's table does not become active.");
    }
}
