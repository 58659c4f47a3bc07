using System.Text;
using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.RocksDb;

namespace InProcessCosmos.Tests.Disk;

/// <summary>A scan keeps its iterator for the next one, which must see all that has happened in between.</summary>
public sealed class ScanTests : IDisposable
{
    private static readonly byte[] Prefix = [PartitionAddress.DocumentKind, .. new byte[PartitionAddress.PrefixLength - 1]];
    private static readonly byte[] Next = [PartitionAddress.DocumentKind, .. new byte[PartitionAddress.PrefixLength - 2], 1];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("in-process-cosmos-");
    private readonly DocumentStorage storage;

    public ScanTests() => storage = DocumentStorage.Open(folder.FullName, PartitionAddress.PrefixLength, failure => Assert.Fail(failure.Message));

    public void Dispose()
    {
        storage.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void AScan_SeesWhatWasWrittenAndRemovedSinceTheLast()
    {
        Assert.Empty(Scan());

        Write(batch => batch.Put(Key("a"), "1"u8));
        Write(batch => batch.Put(Key("b"), "1"u8));
        Assert.Equal(["a 1", "b 1"], Scan());

        Write(batch => batch.Put(Key("a"), "2"u8));
        Write(batch => batch.Delete(Key("b")));
        Assert.Equal(["a 2"], Scan());
    }

    [Fact]
    public void AScan_SeesThatAllWasRemovedAtOnce()
    {
        Write(batch => batch.Put(Key("a"), "1"u8));
        Assert.Equal(["a 1"], Scan());

        Write(batch => batch.DeleteRange(Prefix, Next));
        Assert.Empty(Scan());

        Write(batch => batch.Put(Key("a"), "2"u8));
        Assert.Equal(["a 2"], Scan());
        Write(batch => batch.DeleteRange(Prefix, Next));
        Assert.Empty(Scan());
    }

    [Fact]
    public void AScan_SeesTheSameWhenTheTablesAreRewritten()
    {
        Write(batch => batch.Put(Key("a"), "1"u8));
        Assert.Equal(["a 1"], Scan());

        storage.Compact(PartitionAddress.DocumentKind);
        Assert.Equal(["a 1"], Scan());

        Write(batch => batch.Put(Key("b"), "1"u8));
        storage.Compact(PartitionAddress.DocumentKind);
        Assert.Equal(["a 1", "b 1"], Scan());
    }

    [Fact]
    public void AfterAScanThatWasBrokenOff_TheNextSeesAll()
    {
        Write(batch => batch.Put(Key("a"), "1"u8));
        Write(batch => batch.Put(Key("b"), "1"u8));

        Assert.Throws<InvalidOperationException>(() => storage.Scan(Prefix, (_, _) => throw new InvalidOperationException()));

        Assert.Equal(["a 1", "b 1"], Scan());
    }

    [Fact]
    public void ScansAtOnce_EachSeeTheirOwnPartition()
    {
        Write(batch =>
        {
            for (var i = 0; i < 1000; i++)
            {
                batch.Put([.. Prefix, .. BitConverter.GetBytes(i)], "x"u8);
                batch.Put([.. Next, .. BitConverter.GetBytes(i)], "y"u8);
            }
        });

        Parallel.For(0, 200, turn =>
        {
            var (prefix, value) = turn % 2 == 0 ? (Prefix, (byte)'x') : (Next, (byte)'y');
            var seen = 0;
            storage.Scan(prefix, (_, found) => seen += found[0] == value ? 1 : 1_000_000);
            Assert.Equal(1000, seen);
        });
    }

    private static byte[] Key(string id) => [.. Prefix, .. Encoding.UTF8.GetBytes(id)];

    private void Write(Action<WriteBatch> fill)
    {
        using var batch = new WriteBatch();
        fill(batch);
        storage.Write(batch);
    }

    private List<string> Scan()
    {
        var seen = new List<string>();
        storage.Scan(Prefix, (key, value) => seen.Add($"{Encoding.UTF8.GetString(key[Prefix.Length..])} {Encoding.UTF8.GetString(value)}"));
        return seen;
    }
}
