using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace StreamChecker.Players;

/// <summary>What a player's token entitles to: the heartbeats and the end of one stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="ExpiresAt">The time when the token expires, in whole seconds.</param>
internal sealed record PlayerToken(StreamRecordId Stream, DateTimeOffset ExpiresAt);

/// <summary>The result of reading a token.</summary>
internal enum PlayerTokenState
{
    Valid,

    /// <summary>The service issued it, and its lifetime is over.</summary>
    Expired,

    /// <summary>The service did not issue it, or no longer has its key.</summary>
    Foreign,
}

/// <summary>
/// Issues and reads the tokens of players. A token is base64url of version, key number, nonce, the encrypted content (expiry, record key, time of
/// the start, user ID) and the authentication tag of AES-256-GCM, which covers all of it. Tokens stand in URLs, which proxies log: so the
/// user ID is encrypted.
/// </summary>
public sealed class PlayerTokens
{
    internal const int KeySize = 32;

    private const byte Version = 1;
    private const int HeaderSize = 2;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int ContentOffset = HeaderSize + NonceSize;
    private const int StartedAtSize = 6;
    private const int UserOffset = sizeof(uint) + RecordKey.Size + StartedAtSize;
    private const int MaxBytes = ContentOffset + UserOffset + FieldText.MaxBytes + TagSize;

    private readonly Key[] keys;
    private readonly TimeProvider time;

    /// <summary>Reads the keys.</summary>
    public PlayerTokens(IOptions<PlayerOptions> options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.time = time;
        keys = [.. options.Value.Keys.Select(text => Key.Of(Convert.FromBase64String(text)))];
    }

    /// <summary>Whether there are keys.</summary>
    public bool AreOn => keys.Length > 0;

    internal string Issue(PlayerToken token)
    {
        var key = keys[0];
        Span<byte> bytes = stackalloc byte[MaxBytes];
        (bytes[0], bytes[1]) = (Version, key.Number);
        var nonce = bytes.Slice(HeaderSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);

        Span<byte> content = stackalloc byte[UserOffset + FieldText.MaxBytes];
        BinaryPrimitives.WriteUInt32BigEndian(content, checked((uint)token.ExpiresAt.ToUnixTimeSeconds()));
        token.Stream.Key.Write(content[sizeof(uint)..]);
        WriteStartedAt(content[(sizeof(uint) + RecordKey.Size)..UserOffset], token.Stream.StartedAt);
        content = content[..(UserOffset + Encoding.UTF8.GetBytes(token.Stream.UserId, content[UserOffset..]))];

        var tagOffset = ContentOffset + content.Length;
        using var cipher = new AesGcm(key.Bytes, TagSize);
        cipher.Encrypt(nonce, content, bytes[ContentOffset..tagOffset], bytes.Slice(tagOffset, TagSize), bytes[..HeaderSize]);
        return Base64Url.EncodeToString(bytes[..(tagOffset + TagSize)]);
    }

    internal PlayerTokenState Read(string text, out PlayerToken? token)
    {
        token = null;
        Span<byte> bytes = stackalloc byte[MaxBytes];
        if (text.Length > Base64Url.GetEncodedLength(MaxBytes)
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length <= ContentOffset + UserOffset + TagSize
            || bytes[0] != Version)
        {
            return PlayerTokenState.Foreign;
        }

        bytes = bytes[..length];
        Span<byte> content = stackalloc byte[length - ContentOffset - TagSize];
        if (!TryDecrypt(bytes, content) || !IsCanonical(text, bytes))
        {
            return PlayerTokenState.Foreign;
        }

        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(content));
        token = new(
            new StreamRecordId(
                Encoding.UTF8.GetString(content[UserOffset..]),
                RecordKey.Read(content[sizeof(uint)..]),
                ReadStartedAt(content[(sizeof(uint) + RecordKey.Size)..UserOffset])),
            expiresAt);
        return time.GetUtcNow() < expiresAt ? PlayerTokenState.Valid : PlayerTokenState.Expired;
    }

    private bool TryDecrypt(ReadOnlySpan<byte> bytes, Span<byte> content)
    {
        foreach (var key in keys)
        {
            // Two keys can have the same number.
            if (key.Number != bytes[1])
            {
                continue;
            }

            try
            {
                using var cipher = new AesGcm(key.Bytes, TagSize);
                cipher.Decrypt(bytes.Slice(HeaderSize, NonceSize), bytes[ContentOffset..^TagSize], bytes[^TagSize..], content, bytes[..HeaderSize]);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Not encrypted with this key, or changed.
            }
        }

        return false;
    }

    /// <summary>A token has one text: padding, white space and stray bits that the decoder ignores are rejected.</summary>
    private static bool IsCanonical(string text, ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes) == text;

    private static void WriteStartedAt(Span<byte> destination, long startedAt)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, startedAt);
        ArgumentOutOfRangeException.ThrowIfNotEqual(startedAt >> (StartedAtSize * 8), 0, nameof(startedAt));
        bytes[^StartedAtSize..].CopyTo(destination);
    }

    private static long ReadStartedAt(ReadOnlySpan<byte> source)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        bytes.Clear();
        source.CopyTo(bytes[^StartedAtSize..]);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    /// <summary>A key, and the number that selects it: the same on every instance, whatever the order of the keys.</summary>
    private sealed record Key(byte[] Bytes, byte Number)
    {
        public static Key Of(byte[] bytes) => new(bytes, SHA256.HashData(bytes)[0]);
    }
}
