using System.Diagnostics;
using System.Text;

namespace StreamChecker.Reliability.Processes;

/// <summary>A shell that takes commands as a user types them, and keeps its variables between them.</summary>
internal sealed class Shell : IAsyncDisposable
{
    private const string End = "-- the shell has done this --";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    public Shell(string program)
    {
        string[] words = program == "pwsh" ? ["-NoProfile", "-NonInteractive", "-Command", "-"] : ["--norc"];
        process = Process.Start(new ProcessStartInfo(program, words) 
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["TERM"] = "dumb" },
        })!;
    }

    /// <summary>Runs commands and returns what they print.</summary>
    public async Task<string> RunAsync(string commands)
    {
        await process.StandardInput.WriteAsync($"{commands}\necho ''\necho '{End}'\n");
        await process.StandardInput.FlushAsync();
        var printed = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line && line != End)
        {
            printed.AppendLine(line);
        }

        return printed.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        process.Dispose();
    }
}
