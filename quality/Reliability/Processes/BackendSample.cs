using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace StreamChecker.Reliability.Processes;

/// <summary>A backend of <c>docs/samples</c> that runs for a viewer.</summary>
internal sealed class BackendSample : IAsyncDisposable
{
    /// <summary>What <c>dotnet run backend.cs</c> imports by itself.</summary>
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string RuntimeConfiguration =
        """{"runtimeOptions":{"tfm":"net10.0","framework":{"name":"Microsoft.NETCore.App","version":"10.0.0"},"configProperties":{"System.Text.Json.JsonSerializer.IsReflectionEnabledByDefault":false}}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Lazy<byte[]> Compiled = new(Compile);

    private readonly TemporaryFolder folder = new();
    private readonly Process process;

    public BackendSample(string file, Uri service)
    {
        string[] command = file.EndsWith(".cs", StringComparison.Ordinal) ? ["dotnet", ProgramFile()] : ["bash", RepositoryFiles.Path($"docs/samples/{file}")];
        process = Process.Start(new ProcessStartInfo(command[0], [command[1], service.OriginalString, "anna", "film-42", "TV"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public async Task<string?> ReadLineAsync() => await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    /// <summary>Reads until a line begins so, and returns the line.</summary>
    public async Task<string> ReadToAsync(string beginning)
    {
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The sample ended before it said '{beginning}'.");
    }

    public void PressEnter() => process.StandardInput.WriteLine();

    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync().WaitAsync(Patience);
        }

        process.Dispose();
        folder.Dispose();
    }

    private string ProgramFile()
    {
        var file = Path.Combine(folder.Path, "backend.dll");
        File.WriteAllBytes(file, Compiled.Value);
        File.WriteAllText(Path.ChangeExtension(file, "runtimeconfig.json"), RuntimeConfiguration);
        return file;
    }

    private static byte[] Compile()
    {
        var runtime = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "backend",
            [CSharpSyntaxTree.ParseText(RepositoryFiles.Text("docs/samples/backend.cs")), CSharpSyntaxTree.ParseText(ImplicitUsings)],
            runtime.Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path)),
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        Assert.Empty(emitted.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        return image.ToArray();
    }
}
