using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>A process that the benchmark started, and ends.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, Process> Alive = new();

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly TaskCompletionSource<int> port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();

    private ChildProcess(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        Alive[process.Id] = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        new(program, arguments, environment);

    /// <summary>Starts another role of this program.</summary>
    public static ChildProcess StartSelf(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "StreamChecker.Benchmarks.dll"), .. arguments], environment);

    /// <summary>Runs a program to its end.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        await using var child = new ChildProcess(program, arguments, null);
        child.process.StandardInput.Close();
        await child.process.WaitForExitAsync(cancellationToken);
        return child.process.ExitCode == 0 ? child.Output : throw new InvalidOperationException($"{program} ended with {child.process.ExitCode}: {child.Output}");
    }

    /// <summary>The port that a web server says it listens on.</summary>
    public async Task<int> ListeningPortAsync()
    {
        var exited = process.WaitForExitAsync();
        return await Task.WhenAny(port.Task, exited).WaitAsync(TimeSpan.FromSeconds(60)) == port.Task
            ? await port.Task
            : throw new InvalidOperationException($"{process.StartInfo.FileName} ended: {Output}");
    }

    /// <summary>Gives the process its standard input and returns what it said, once it has ended.</summary>
    public async Task<string> AskAsync(string input, CancellationToken cancellationToken)
    {
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? Output : throw new InvalidOperationException($"A child ended with {process.ExitCode}: {Output}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        Alive.TryRemove(process.Id, out _);
        process.Dispose();
    }

    public string Output => string.Join('\n', lines);

    private static void EndAll()
    {
        foreach (var process in Alive.Values)
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It has ended by itself.
            }
        }
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        while (lines.Count > 200)
        {
            lines.TryDequeue(out _);
        }

        if (ListeningLine().Match(line) is { Success: true } match)
        {
            port.TrySetResult(int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex("Now listening on: http://127.0.0.1:([0-9]+)")]
    private static partial Regex ListeningLine();
}
