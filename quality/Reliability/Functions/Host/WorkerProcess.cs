using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace StreamChecker.Reliability.Functions.Host;

/// <summary>The Functions app as it was built, in a process of its own, started as the Functions host starts a worker.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();

    /// <param name="workerId">The name by which the worker introduces itself to the host.</param>
    /// <param name="host">Where the host listens for it.</param>
    /// <param name="home">The worker's home folder: ASP.NET Core keeps its data protection keys there.</param>
    /// <param name="settings">The app settings.</param>
    public WorkerProcess(string workerId, Uri host, string home, IEnumerable<(string Name, string Value)> settings)
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppFolder, "worker.config.json")));
        var description = config.RootElement.GetProperty("description");
        var requestId = Guid.NewGuid().ToString();
        var maxMessageLength = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(
            description.GetProperty("defaultExecutablePath").GetString()!,
            [
                Path.Combine(AppFolder, description.GetProperty("defaultWorkerPath").GetString()!),
                "--host", host.Host, "--port", host.Port.ToString(CultureInfo.InvariantCulture),
                "--workerId", workerId, "--requestId", requestId, "--grpcMaxMessageLength", maxMessageLength,
                "--functions-uri", host.AbsoluteUri,
                "--functions-worker-id", workerId, "--functions-request-id", requestId, "--functions-grpc-max-message-length", maxMessageLength,
            ])
        {
            WorkingDirectory = AppFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
                ["FUNCTIONS_WORKER_DIRECTORY"] = AppFolder,
                ["FUNCTIONS_APPLICATION_DIRECTORY"] = AppFolder,
                ["HOME"] = home,
                ["DOTNET_gcServer"] = "0",
            },
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The build output of the Functions project, with the files that the host reads.</summary>
    public static string AppFolder { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "FunctionsAppFolder").Value!;

    /// <summary>What the worker wrote to its console.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Waits until the worker has ended by itself, and returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async Task KillAsync()
    {
        process.Kill();
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private void Note(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
