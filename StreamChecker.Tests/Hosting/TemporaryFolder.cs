namespace StreamChecker.Tests.Hosting;

/// <summary>A folder of a test's own, removed with all it holds.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("stream-checker-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
