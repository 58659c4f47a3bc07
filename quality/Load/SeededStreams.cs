using System.Buffers.Text;

namespace StreamChecker.Load;

/// <summary>The streams that every contender is filled with, by number: so that load generator and seed need not talk.</summary>
internal static class SeededStreams
{
    public const string NewUser = "new user ";
    public const string LiveUser = "live user ";
    public const string FullUser = "full user ";
    public const string StreamId = "film 1";
    public const string DeviceName = "tv";
    public const int Limit = 3;

    /// <summary>So long that no seeded stream lapses while the benchmark runs.</summary>
    public const int LeaseSeconds = 86400;

    public const int HeartbeatIntervalSeconds = 30;

    /// <summary>When every seeded stream was started, in milliseconds since the epoch: a part of its id. In the past, whenever it is run.</summary>
    public const long StartedAt = 1_767_225_600_000;

    public static ReadOnlySpan<byte> NewUserUtf8 => "new user "u8;

    public static ReadOnlySpan<byte> LiveUserUtf8 => "live user "u8;

    public static StreamRecordId LiveRecord(long user) => new($"{LiveUser}{user:D8}", new RecordKey(new UInt128(1, (ulong)user)), StartedAt);

    public static string LiveId(long user) => LiveRecord(user).ToString();

    public static StreamRecordId FullRecord(long user, int stream) => new($"{FullUser}{user:D8}", new RecordKey(new UInt128(2 + (ulong)stream, (ulong)user)), StartedAt);

    /// <summary>All of them: the given number of live streams, each of its own user, and of users at their limit.</summary>
    public static IEnumerable<StreamRecordId> All(SeedSize size)
    {
        for (var user = 0L; user < size.Live; user++)
        {
            yield return LiveRecord(user);
        }

        for (var user = 0L; user < size.Full; user++)
        {
            for (var stream = 0; stream < Limit; stream++)
            {
                yield return FullRecord(user, stream);
            }
        }
    }

    /// <summary>Walks through all of the seeded users, each once, in an order that is none.</summary>
    public static long Spread(long n, long seeded) => (long)((ulong)n * 7_919_001_467UL % (ulong)seeded);

    public static int WriteUser(Span<byte> destination, ReadOnlySpan<byte> name, long user)
    {
        name.CopyTo(destination);
        Utf8Formatter.TryFormat(user, destination[name.Length..], out var digits, new('D', 8));
        return name.Length + digits;
    }
}

/// <summary>How many streams a contender is filled with.</summary>
/// <param name="Live">Users with one stream.</param>
/// <param name="Full">Users with as many as they may have.</param>
internal sealed record SeedSize(long Live, long Full);
