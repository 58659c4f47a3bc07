using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace StreamChecker;

/// <summary>
/// The public id of a stream record. It holds the user's partition and the record's key, so that a heartbeat is one point
/// read, and the moment of the start, so that a key that is used again after it was forgotten is another stream. To callers
/// it is opaque. As text: base64url of version, key, moment and user id.
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

    /// <summary>In milliseconds since the epoch.</summary>
    internal long StartedAt { get; }

    /// <summary>Reads an id back from its text. False where this service never gave out such an id.</summary>
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

        // One record has one id: padding, white space and stray bits that the decoder lets pass do not make another.
        return FieldText.Error(userId) is null && id.ToString() == text;
    }

    /// <summary>The id as callers see it: at most 1,399 characters of base64url.</summary>
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
