using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.RocksDb;

namespace InProcessCosmos.Tests.Disk;

/// <summary>The files of a data folder, as they are opened and closed.</summary>
public sealed class DocumentStorageTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("in-process-cosmos-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void AFolderThatIsOpen_CannotBeOpenedAgain_AndTheAttemptLeavesNoFileOpen()
    {
        using (Open())
        {
            var files = OpenFiles();
            var failure = Assert.Throws<DataFolderException>(() => Open());
            Assert.EndsWith("is open in another process.", failure.Message, StringComparison.Ordinal);
            Assert.Equal(files.Length, OpenFiles().Length);
        }

        Assert.Empty(OpenFiles());
    }

    [Fact]
    public void AFolderThatHasLostAcknowledgedWrites_DoesNotOpen_AndTheAttemptLeavesNoFileOpen()
    {
        using (var storage = Open())
        using (var batch = new WriteBatch())
        {
            batch.Put("key"u8, "value"u8);
            storage.Write(batch);
        }

        Array.ForEach(folder.GetFiles("*.log"), log => log.Delete());

        var failure = Assert.Throws<DataFolderException>(() => Open());
        Assert.Contains("its data ends at write 0, but write 1 was acknowledged", failure.Message, StringComparison.Ordinal);
        Assert.Empty(OpenFiles());
    }

    private DocumentStorage Open() => DocumentStorage.Open(folder.FullName, PartitionAddress.PrefixLength, failure => Assert.Fail(failure.Message));

    /// <summary>The folder's files that this process has open. Only Linux lists them; elsewhere a file that is open cannot be deleted.</summary>
    private string[] OpenFiles()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateFiles("/proc/self/fd")
                .Select(link => new FileInfo(link).LinkTarget)
                .OfType<string>()
                .Where(file => file.StartsWith(folder.FullName, StringComparison.Ordinal))
                .Order(),
        ];
    }
}
