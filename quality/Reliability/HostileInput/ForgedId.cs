using System.Buffers.Text;

namespace StreamChecker.Reliability.HostileInput;

/// <summary>Ids of stream records that were never given out, made from those that were.</summary>
internal static class ForgedId
{
    private const int Key = 1;
    private const int StartedAt = Key + RecordKey.Size;

    /// <summary>Never one of the genuine ids.</summary>
    public static string From(IReadOnlyList<string> genuine, Random random)
    {
        string forged;
        do
        {
            forged = Edit(genuine[random.Next(genuine.Count)], genuine[random.Next(genuine.Count)], random);
        }
        while (genuine.Contains(forged));

        return forged;
    }

    private static string Edit(string id, string other, Random random)
    {
        var bytes = Base64Url.DecodeFromChars(id);
        switch (random.Next(10))
        {
            case 0:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return Base64Url.EncodeToString(bytes);
            case 1:
                // Another moment of start.
                random.NextBytes(bytes.AsSpan(StartedAt, sizeof(long)));
                return Base64Url.EncodeToString(bytes);
            case 2:
                // One record's key, another record's user and moment.
                Base64Url.DecodeFromChars(other).AsSpan(Key, RecordKey.Size).CopyTo(bytes.AsSpan(Key));
                return Base64Url.EncodeToString(bytes);
            case 3:
                random.NextBytes(bytes.AsSpan(Key, RecordKey.Size));
                return Base64Url.EncodeToString(bytes);
            case 4:
                return Base64Url.EncodeToString([.. bytes, .. new byte[random.Next(1, 900)]]);
            case 5:
                return Base64Url.EncodeToString(bytes.AsSpan(0, random.Next(bytes.Length)));
            case 6:
                // The same bytes, as other text.
                return random.Next(4) switch { 0 => id + "=", 1 => id + "==", 2 => " " + id, _ => id.Insert(random.Next(id.Length), "\n") };
            case 7:
                var at = random.Next(id.Length);
                return id[..at] + (char)random.Next(1, 128) + id[(at + 1)..];
            case 8:
                bytes[0] = (byte)random.Next(256);
                return Base64Url.EncodeToString(bytes);
            default:
                return HostileText.Any(random);
        }
    }
}
