using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.RocksDb;

namespace StreamChecker.Reliability.Crashes;

/// <summary>Damage in what was written long ago is an error, not an empty partition: an empty one would admit too many.</summary>
public sealed class TableDamageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AScanThatMeetsDamage_Fails()
    {
        byte[] prefix = [PartitionAddress.DocumentKind, .. new byte[PartitionAddress.PrefixLength - 1]];
        using (var storage = Open())
        {
            using var batch = new WriteBatch();
            for (var i = 0; i < 100; i++)
            {
                batch.Put((byte[])[.. prefix, (byte)i], new byte[100]);
            }

            storage.Write(batch);
        }

        // What the log holds goes into a table when it is opened again.
        Open().Dispose();
        var table = Directory.EnumerateFiles(folder.Path, "*.sst").Single();
        var bytes = File.ReadAllBytes(table);
        bytes[20] ^= 1;
        File.WriteAllBytes(table, bytes);

        using var damaged = Open();
        Assert.Throws<RocksDbException>(() => damaged.Scan(prefix, (_, _) => { }));
        Assert.Throws<RocksDbException>(() => damaged.Visit([PartitionAddress.DocumentKind], 1000, (_, _) => true));
    }

    private DocumentStorage Open() => DocumentStorage.Open(folder.Path, PartitionAddress.PrefixLength, failure => Assert.Fail(failure.Message));
}
