using StreamChecker.Benchmarks.Comparison;
using StreamChecker.Benchmarks.Hosts;
using StreamChecker.Benchmarks.Load;

namespace StreamChecker.Benchmarks;

/// <summary>Which command does what.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["compare", .. var options] => CompareCommand.RunAsync(CompareOptions.Read(options)),

        // What the commands start as processes of their own.
        ["serve", var kind, var store, .. var settings] => ContenderHost.ServeAsync(kind, store, settings),
        ["load"] => LoadGenerator.ServeAsync(),
        _ => ExplainAsync(),
    };

    private static async Task<int> ExplainAsync()
    {
        await Console.Error.WriteLineAsync("""
            usage: dotnet run -c Release --project StreamChecker.Benchmarks -- COMMAND

              compare [--short] [--only KEY,KEY] [--rounds N] [--seconds N]   side by side with Redis, PostgreSQL and others
            """);
        return 2;
    }
}
