using System.Diagnostics;
using System.Globalization;
using System.Text;
using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Benchmarks.Reports;

namespace StreamChecker.Benchmarks.ColdStart;

/// <summary>From starting the process to the first admitted stream: the published Server, with and without code compiled ahead.</summary>
internal static class ColdStartCommand
{
    private const int Runs = 12;

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<string[]>();
        foreach (var ahead in (bool[])[false, true])
        {
            using var published = new TemporaryData();
            await ChildProcess.RunAsync(
                "dotnet",
                [
                    "publish", Path.Combine(RepositoryFiles.Root, "StreamChecker.Server"), "-c", "Release", "-o", published.Path, "--nologo",
                    .. ahead ? (string[])["--runtime", Runtime, "--no-self-contained", "-p:PublishReadyToRun=true"] : [],
                ],
                cancellationToken);
            var listening = new List<double>();
            var responded = new List<double>();
            for (var run = 0; run < Runs; run++)
            {
                var (toListening, toResponse) = await StartAsync(Path.Combine(published.Path, "StreamChecker.Server.dll"), cancellationToken);
                listening.Add(toListening.TotalMilliseconds);
                responded.Add(toResponse.TotalMilliseconds);
            }

            rows.Add([ahead ? $"ReadyToRun, {Runtime}" : "compiled while it runs", Number(Statistics.Median(listening)), Number(Statistics.Median(responded)), Number(responded.Min()), Number(responded.Max())]);
        }

        var table = new ResultsTable("Cold start", ["published", "listens after ms", "first 201 after ms", "least", "most"], rows);
        Console.WriteLine(table.Markdown());
        File.WriteAllText(Path.Combine(RepositoryFiles.Benchmarks, "coldstart.md"), $"""
            # Cold start

            Made by the command; do not edit.

            ```
            dotnet run -c Release --project quality/Benchmarks -- coldstart
            ```

            {string.Join('\n', MachineFacts.Lines().Select(line => $"- {line}"))}
            - From starting the process, on an empty data folder, to the first stream admitted and on disk: medians of {Runs} starts.

            {table.Markdown()}

            """);
        return 0;
    }

    private static string Runtime => $"linux-{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    private static async Task<(TimeSpan ToListening, TimeSpan ToResponse)> StartAsync(string program, CancellationToken cancellationToken)
    {
        using var data = new TemporaryData();
        using var client = new HttpClient();
        var began = Stopwatch.GetTimestamp();
        await using var server = ChildProcess.Start(
            "dotnet", [program], new Dictionary<string, string> { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["StreamChecker__DataPath"] = data.Path });
        var port = await server.ListeningPortAsync();
        var listening = Stopwatch.GetElapsedTime(began);
        using var body = new StringContent("""{"userId":"u1","streamId":"s1"}""", Encoding.UTF8, "application/json");
        using var response = await client.PostAsync($"http://127.0.0.1:{port}/stream-record", body, cancellationToken);
        return response.StatusCode == System.Net.HttpStatusCode.Created
            ? (listening, Stopwatch.GetElapsedTime(began))
            : throw new InvalidDataException($"The first start had the status {response.StatusCode}.");
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
