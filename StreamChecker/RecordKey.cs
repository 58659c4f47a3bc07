using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace StreamChecker;

/// <summary>
/// Identifies one start, or one other operation, in all its attempts: 128 bits, generated before the first attempt. In documents
/// it is 22 characters of base64url.
/// </summary>
internal readonly record struct RecordKey(UInt128 Bits)
{
    public const int Size = 16;

    // Random bytes are fetched for several keys at a time: fetching them takes much longer than creating a key from them.
    private const int KeysAtOnce = 64;

    [ThreadStatic]
    private static byte[]? random;

    [ThreadStatic]
    private static int left;

    public static RecordKey New()
    {
        random ??= new byte[KeysAtOnce * Size];
        if (left == 0)
        {
            RandomNumberGenerator.Fill(random);
            left = KeysAtOnce;
        }

        return Read(random.AsSpan(--left * Size, Size));
    }

    /// <summary>The key of a request with an idempotency key: the same for the same user and idempotency key.</summary>
    public static RecordKey For(string userId, string idempotencyKey)
    {
        // A user ID has no control characters, so the line feed is an unambiguous separator.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{idempotencyKey}"), hash);
        return Read(hash);
    }

    public static RecordKey Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public static RecordKey Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == Size
            ? Read(bytes)
            : throw new FormatException("A record's key is not 128 bits of base64url.");
    }

    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}

/// <summary>The rule for idempotency keys: 1 to 255 visible ASCII characters.</summary>
public static class IdempotencyKey
{
    /// <summary>The maximum number of characters.</summary>
    public const int MaxLength = 255;

    /// <summary>The error in a key, as the predicate of a sentence whose subject is its name; null if the key is valid.</summary>
    public static string? Error(string key) =>
        key.Length is 0 or > MaxLength ? $"must have 1 to {MaxLength} characters"
        : key.AsSpan().ContainsAnyExceptInRange('!', '~') ? "must be visible ASCII characters"
        : null;
}
