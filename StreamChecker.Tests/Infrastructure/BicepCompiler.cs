using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

/// <summary>
/// The real Bicep compiler, from the package Azure.Bicep.CommandLine.linux-x64. One process serves all tests by JSON-RPC: a process for each
/// compilation would spend most of its time on starting.
/// </summary>
internal static class BicepCompiler
{
    private const string LengthHeader = "Content-Length: ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Lock OneCall = new();
    private static readonly Lazy<Process> Server = new(Start);

    private static int calls;

    /// <summary>Why the compiler cannot run on this machine; null if it can.</summary>
    public static string? WhyNot { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64
            ? null
            : $"The Bicep compiler of the package runs on Linux x64; this is {RuntimeInformation.RuntimeIdentifier}.";

    private static string Executable { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "BicepCompiler").Value!;

    /// <summary>Compiles a Bicep file to a template.</summary>
    /// <exception cref="BicepException">The compiler reports an error or a warning.</exception>
    public static string Compile(string path) => (string)Checked(Call("compile", new { path }))["contents"]!;

    /// <summary>Compiles a parameter file.</summary>
    /// <exception cref="BicepException">The compiler reports an error or a warning.</exception>
    public static string CompileParameters(string path) =>
        (string)Checked(Call("compileParams", new { path, parameterOverrides = new Dictionary<string, object>() }))["parameters"]!;

    /// <summary>Predicts the resources of a deployment with a parameter file.</summary>
    /// <exception cref="BicepException">A parameter is invalid.</exception>
    public static string Snapshot(string path, string subscriptionId, string resourceGroup, string location) => (string)Call(
        "getSnapshot",
        new { path, metadata = new { tenantId = (string?)null, subscriptionId, resourceGroup, location, deploymentName = (string?)null }, externalInputs = (object?)null })["snapshot"]!;

    private static JsonObject Checked(JsonObject result)
    {
        var diagnostics = result["diagnostics"]!.AsArray();
        return diagnostics.Count == 0 && (bool)result["success"]!
            ? result
            : throw new BicepException(string.Join('\n', diagnostics.Select(diagnostic => $"{diagnostic!["level"]} {diagnostic["code"]}: {diagnostic["message"]}")));
    }

    private static JsonObject Call(string method, object argument)
    {
        lock (OneCall)
        {
            Send(JsonSerializer.SerializeToUtf8Bytes(new { jsonrpc = "2.0", id = ++calls, method = $"bicep/{method}", @params = new[] { argument } }));
            var response = JsonNode.Parse(Task.Run(Receive).WaitAsync(Patience).GetAwaiter().GetResult())!;
            return response["error"] is { } error ? throw new BicepException((string)error["message"]!) : response["result"]!.AsObject();
        }
    }

    private static void Send(byte[] message)
    {
        var input = Server.Value.StandardInput.BaseStream;
        input.Write(Encoding.ASCII.GetBytes($"{LengthHeader}{message.Length}\r\n\r\n"));
        input.Write(message);
        input.Flush();
    }

    private static byte[] Receive()
    {
        var output = Server.Value.StandardOutput.BaseStream;
        var length = 0;
        while (ReadLine(output) is { Length: > 0 } header)
        {
            if (header.StartsWith(LengthHeader, StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(header.AsSpan(LengthHeader.Length), CultureInfo.InvariantCulture);
            }
        }

        var message = new byte[length];
        output.ReadExactly(message);
        return message;
    }

    private static string ReadLine(Stream output)
    {
        var line = new StringBuilder();
        while (output.ReadByte() is not '\n' and var next)
        {
            _ = next >= 0 ? line.Append((char)next) : throw new EndOfStreamException("The Bicep compiler has ended.");
        }

        return line.ToString().TrimEnd('\r');
    }

    /// <summary>The process ends when its input does, with that of the tests.</summary>
    private static Process Start()
    {
        var server = Process.Start(new ProcessStartInfo(Executable, ["jsonrpc", "--stdio"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        server.BeginErrorReadLine();
        return server;
    }
}

/// <summary>The compiler reports an error or a warning.</summary>
internal sealed class BicepException(string message) : Exception(message);

/// <summary>A fact that needs the Bicep compiler.</summary>
public sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = BicepCompiler.WhyNot;
}

/// <summary>A theory that needs the Bicep compiler.</summary>
public sealed class BicepTheoryAttribute : TheoryAttribute
{
    public BicepTheoryAttribute() => Skip = BicepCompiler.WhyNot;
}
