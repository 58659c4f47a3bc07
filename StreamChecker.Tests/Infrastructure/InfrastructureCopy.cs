namespace StreamChecker.Tests.Infrastructure;

/// <summary>A copy of what the compiler reads, in a folder of its own, to add to and to spoil.</summary>
internal sealed class InfrastructureCopy : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("stream-checker-infra-");

    public InfrastructureCopy()
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.Path("infra"), "*", SearchOption.AllDirectories))
        {
            CopyIn(System.IO.Path.GetRelativePath(RepositoryFiles.Root, file));
        }

        CopyIn("bicepconfig.json");
        CopyIn("StreamChecker/StoredProcedure/streams.js");
        CopyIn("StreamChecker/StoredProcedure/streams.id");
    }

    public string Path(string relative) => System.IO.Path.Combine(folder.FullName, relative);

    public void Write(string relative, string text) => File.WriteAllText(Path(relative), text);

    public void Dispose() => folder.Delete(recursive: true);

    private void CopyIn(string relative)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(relative))!);
        File.Copy(RepositoryFiles.Path(relative), Path(relative));
    }
}
