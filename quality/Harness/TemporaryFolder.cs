namespace StreamChecker.Harness;

/// <summary>A folder for one test, removed with its content.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("stream-checker-test-").FullName;

    public void Dispose()
    {
        for (var patience = 100; ; patience--)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (patience > 0)
            {
                // A host in this process that is being shut down still closes its files.
                Thread.Sleep(50);
            }
        }
    }
}
