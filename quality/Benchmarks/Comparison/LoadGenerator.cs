using System.Text.Json;
using System.Text.Json.Serialization;
using StreamChecker.Benchmarks.Contenders;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Comparison;

/// <summary>The load generator as a process of its own: a plan in, a result out.</summary>
internal static class LoadGenerator
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Starts one, and waits for its result.</summary>
    public static async Task<LoadResult> RunAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        await using var process = ChildProcess.StartSelf(["load"], new Dictionary<string, string> { ["DOTNET_gcServer"] = "0", ["DOTNET_TieredPGO"] = "0" });
        var output = await process.AskAsync(JsonSerializer.Serialize(plan, Json), cancellationToken);
        return JsonSerializer.Deserialize<LoadResult>(output, Json)!;
    }

    /// <summary>What that process does.</summary>
    public static async Task<int> ServeAsync()
    {
        var plan = JsonSerializer.Deserialize<LoadPlan>(await Console.In.ReadToEndAsync(), Json)!;
        Console.WriteLine(JsonSerializer.Serialize(new LoadLoop(plan).Run(), Json));
        return 0;
    }
}
