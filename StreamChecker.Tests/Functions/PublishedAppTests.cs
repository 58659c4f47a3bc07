using System.Buffers.Binary;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace StreamChecker.Tests.Functions;

/// <summary>The Functions app as <c>dotnet publish</c> leaves it for Azure. <c>.ci/run</c> publishes it before the tests.</summary>
public sealed class PublishedAppTests
{
    private static readonly string Folder = RepositoryFiles.Path("artifacts/functions");

    [PublishedFact]
    public void ThePublishedApp_HasWhatTheHostReads()
    {
        var functions = Json("functions.metadata").EnumerateArray().Select(function => function.GetProperty("name").GetString());
        Assert.Equal(Trigger.All.Select(trigger => trigger.Name).Distinct().Order(), functions.Order());

        var worker = Json("worker.config.json").GetProperty("description");
        Assert.Equal("dotnet-isolated", worker.GetProperty("language").GetString());
        Assert.True(File.Exists(Path.Combine(Folder, worker.GetProperty("defaultWorkerPath").GetString()!)));

        Assert.Equal(RepositoryFiles.Text("host.json"), File.ReadAllText(Path.Combine(Folder, "host.json")));
    }

    [PublishedFact]
    public void ThePublishedApp_HasNoSettingsOfADeveloper() =>
        Assert.Empty(Directory.EnumerateFiles(Folder, "local.settings*", SearchOption.AllDirectories));

    /// <summary>Without native code a cold start compiles everything first.</summary>
    [PublishedTheory]
    [InlineData("StreamChecker.dll")]
    [InlineData("StreamChecker.Functions.dll")]
    [InlineData("Microsoft.Azure.Functions.Worker.Core.dll")]
    [InlineData("Microsoft.Azure.Cosmos.Client.dll")]
    public void ThePublishedAssemblies_HaveNativeCode(string assembly)
    {
        using var file = File.OpenRead(Path.Combine(Folder, assembly));
        using var reader = new PEReader(file);

        Assert.True(reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }

    [PublishedFact]
    public void ThePublishedExecutable_IsForLinuxX64()
    {
        const ushort X64 = 62;
        var elf = File.ReadAllBytes(Path.Combine(Folder, "StreamChecker.Functions"));

        Assert.Equal("\u007fELF"u8, elf.AsSpan(0, 4));
        Assert.Equal(X64, BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(18)));
    }

    private static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file))).RootElement;

    private static string? WhyNot => Directory.Exists(Folder) ? null : "The app is not published: .ci/run does it, into artifacts/functions.";

    private sealed class PublishedFactAttribute : FactAttribute
    {
        public PublishedFactAttribute() => Skip = WhyNot;
    }

    private sealed class PublishedTheoryAttribute : TheoryAttribute
    {
        public PublishedTheoryAttribute() => Skip = WhyNot;
    }
}
