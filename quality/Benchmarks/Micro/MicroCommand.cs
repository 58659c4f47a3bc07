using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using StreamChecker.Benchmarks.Reports;

namespace StreamChecker.Benchmarks.Micro;

/// <summary>What the profile names, each alone: time and allocations.</summary>
internal static class MicroCommand
{
    public static int Run(string[] filters)
    {
        // In this process: a project that BenchmarkDotNet makes would know nothing of the packages' central versions.
        var job = Job.ShortRun.WithToolchain(new InProcessEmitToolchain(new()));
        var config = ManualConfig.CreateMinimumViable()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(MarkdownExporter.GitHub)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "stream-checker-micro"));
        Type[] all = [typeof(ScriptBenchmarks), typeof(TextBenchmarks), typeof(HttpBenchmarks), typeof(SdkBenchmarks)];
        var wanted = all.Where(type => filters.Length == 0 || filters.Any(filter => type.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)));
        var report = "# Micro-benchmarks\n\nMade by the command; do not edit.\n\n```\ndotnet run -c Release --project quality/Benchmarks -- micro\n```\n\n"
            + string.Join('\n', MachineFacts.Lines().Select(line => $"- {line}")) + "\n";
        var failed = false;
        foreach (var type in wanted)
        {
            var summary = BenchmarkRunner.Run(type, config);
            failed |= summary.HasCriticalValidationErrors || summary.Reports.Any(one => !one.Success);
            var exported = Directory.EnumerateFiles(summary.ResultsDirectoryPath, $"*{type.Name}*-github.md").Max(StringComparer.Ordinal)!;
            report += $"\n## {type.Name.Replace("Benchmarks", "", StringComparison.Ordinal)}\n\n{string.Join('\n', File.ReadLines(exported).SkipWhile(line => !line.StartsWith('|')))}\n";
        }

        if (filters.Length == 0)
        {
            File.WriteAllText(Path.Combine(RepositoryFiles.Benchmarks, "micro.md"), report);
        }

        return failed ? 1 : 0;
    }
}
