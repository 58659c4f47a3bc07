using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace StreamChecker;

/// <summary>
/// The public ID of a stream record. It contains the user's partition key and the record's key, so that a heartbeat is one point
/// read, and the time of the start, so that a key that is reused after it was forgotten identifies another stream. Clients
/// treat it as opaque. As text it is base64url of version, key, time and user ID.
/// </summary>
public sealed record StreamRecordId
{
    private const byte Version = 2;
    private const int KeyOffset = 1;
    private const int StartedAtOffset = KeyOffset + RecordKey.Size;
    private const int UserOffset = StartedAtOffset + sizeof(long);
    private const int MaxBytes = UserOffset + FieldText.MaxBytes;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal StreamRecordId(string userId, RecordKey key, long startedAt) => (UserId, Key, StartedAt) = (userId, key, startedAt);

    internal string UserId { get; }

    internal RecordKey Key { get; }

    /// <summary>The time of the start, in milliseconds since the epoch.</summary>
    internal long StartedAt { get; }

    /// <summary>Parses an ID. Returns false if the text is not an ID that this service can have created.</summary>
    public static bool TryParse(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StreamRecordId? id)
    {
        id = null;
        Span<byte> bytes = stackalloc byte[MaxBytes];
        if (text is null
            || text.Length > Base64Url.GetEncodedLength(MaxBytes)
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length <= UserOffset
            || bytes[0] != Version)
        {
            return false;
        }

        bytes = bytes[..length];
        string userId;
        try
        {
            userId = StrictUtf8.GetString(bytes[UserOffset..]);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        id = new(userId, RecordKey.Read(bytes[KeyOffset..]), BinaryPrimitives.ReadInt64BigEndian(bytes[StartedAtOffset..]));

        // One record has one ID: padding, white space and stray bits that the decoder ignores are rejected.
        return FieldText.Error(userId) is null && id.ToString() == text;
    }

    /// <summary>The public text: at most 1,399 characters of base64url.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        bytes[0] = Version;
        Key.Write(bytes[KeyOffset..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[StartedAtOffset..], StartedAt);
        var length = UserOffset + StrictUtf8.GetBytes(UserId, bytes[UserOffset..]);
        return Base64Url.EncodeToString(bytes[..length]);
    }
}
