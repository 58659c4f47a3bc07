using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace StreamChecker.Tests.Contract;

/// <summary>A client that NSwag generates from the committed <c>openapi.json</c>, compiled as it comes.</summary>
public sealed class GeneratedClientTests
{
    private static readonly Lazy<Task<Assembly>> Generated = new(async () => Compile(await GenerateAsync()));

    [Fact]
    public async Task AGeneratedClient_StartsAndStopsAStream()
    {
        await using var server = new StreamServer();
        var client = await MakeAsync("StreamCheckerClient", server.CreateClient());
        var body = await MakeAsync("StartBody");
        (body.UserId, body.StreamId, body.DeviceName) = ("anna", "film-42", "Living room");

        var started = await client.StartStreamAsync("play-1", body);

        Assert.Equal(("anna", "film-42", 1), ((string)started.UserId, (string)started.StreamId, (int)started.Active));
        Assert.Equal(server.Time.GetUtcNow().AddSeconds(90), (DateTimeOffset)started.ExpiresAt);
        Assert.Equal((string)started.Id, (string)(await client.RenewStreamAsync((string)started.Id)).Id);
        Assert.Equal("Living room", (string)(await client.ListStreamsAsync("anna")).Streams[0].DeviceName);

        await client.StopStreamAsync((string)started.Id);

        Assert.Equal(0, (int)(await client.ListStreamsAsync("anna")).Active);
    }

    [Fact]
    public async Task AGeneratedClient_ReadsARejectionsProblem()
    {
        await using var server = new StreamServer().With("MaxConcurrentStreams", 0);
        var client = await MakeAsync("StreamCheckerClient", server.CreateClient());
        var body = await MakeAsync("StartBody");
        (body.UserId, body.StreamId) = ("anna", "film-42");

        Exception rejection = await Assert.ThrowsAnyAsync<Exception>(async () => await client.StartStreamAsync(null, body));

        dynamic problem = ((dynamic)rejection).Result;
        Assert.Equal("StreamLimitReachedProblem", (string)problem.GetType().Name);
        Assert.Equal((403, 0), ((int)problem.Status, (int)problem.Limit));
    }

    private static async Task<dynamic> MakeAsync(string type, params object[] arguments) =>
        Activator.CreateInstance((await Generated.Value).GetType($"Generated.{type}")!, arguments)!;

    private static async Task<string> GenerateAsync()
    {
        var document = await OpenApiDocument.FromJsonAsync(RepositoryFiles.Text("openapi.json"));
        var generator = new CSharpClientGenerator(document, new()
        {
            ClassName = "StreamCheckerClient",
            UseBaseUrl = false,
            CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = NJsonSchema.CodeGeneration.CSharp.CSharpJsonLibrary.SystemTextJson },
        });
        return generator.GenerateFile();
    }

    private static Assembly Compile(string source)
    {
        var runtime = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "StreamChecker.GeneratedClient",
            [CSharpSyntaxTree.ParseText(source)],
            runtime.Select(path => MetadataReference.CreateFromFile(path)),
            new(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        image.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(image);
    }
}
