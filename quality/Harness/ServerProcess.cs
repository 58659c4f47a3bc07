using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamChecker.Harness;

/// <summary>The Server as a process of its own, on a free port, with a data folder that outlives it.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    /// <summary>What runs the Server as it was built.</summary>
    public static readonly string[] Command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "StreamChecker.Server.dll")];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(string[] command, string dataPath, IEnumerable<(string Name, string Value)> settings)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["StreamChecker__DataPath"] = dataPath,
                ["DOTNET_gcServer"] = "0",
            },
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

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

    public int Id => process.Id;

    /// <summary>Starts the Server and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string dataPath, params (string Name, string Value)[] settings)
    {
        var server = new ServerProcess(Command, dataPath, settings);
        var exited = server.process.WaitForExitAsync();
        if (await Task.WhenAny(server.listening.Task, exited).WaitAsync(Patience) == exited)
        {
            throw new InvalidOperationException($"The Server ended: {server.Output}");
        }

        return server;
    }

    /// <summary>Starts the Server where it cannot start, and returns how it ended.</summary>
    public static Task<(int ExitCode, string Output)> FailAsync(string dataPath, params (string Name, string Value)[] settings) =>
        EndAsync(Command, dataPath, settings);

    /// <summary>Lets a command line run to its end that runs the Server.</summary>
    public static async Task<(int ExitCode, string Output)> EndAsync(string[] command, string dataPath, params (string Name, string Value)[] settings)
    {
        await using var server = new ServerProcess(command, dataPath, settings);
        await server.process.WaitForExitAsync().WaitAsync(Patience);
        return (server.process.ExitCode, server.Output);
    }

    /// <summary>Lets the Server run to its end with words on its command line.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(string dataPath, params string[] words) =>
        EndAsync([.. Command, .. words], dataPath);

    /// <summary>Where it listens.</summary>
    public Uri Address => listening.Task.Result;

    /// <summary>Where its Cosmos DB gateway listens, if it has one.</summary>
    public Uri Gateway => new(GatewayLine().Match(Output).Groups[1].Value);

    public HttpClient CreateClient() => new() { BaseAddress = Address, Timeout = Patience };

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary><c>kill</c>, as a supervisor does it.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        return await EndAsync();
    }

    /// <summary>Waits until the Server has ended by itself, and returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }

        if (ListeningLine().Match(line) is { Success: true } match)
        {
            listening.TrySetResult(new(match.Groups[1].Value));
        }
    }

    [GeneratedRegex("Now listening on: (http://127.0.0.1:[0-9]+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex("The Cosmos DB gateway is at (http://127.0.0.1:[0-9]+)")]
    private static partial Regex GatewayLine();
}
