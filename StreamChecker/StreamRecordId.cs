using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace StreamChecker;

/// <summary>
/// The public id of a stream record. It says in which user's partition and in which slot the record is, so that a
/// heartbeat is one point read; to callers it is opaque. As text: base64url of version, slot, record key and user id.
/// </summary>
public sealed record StreamRecordId
{
    private const byte Version = 1;
    private const int SlotOffset = 1;
    private const int KeyOffset = SlotOffset + sizeof(ushort);
    private const int UserOffset = KeyOffset + RecordKey.Size;
    private const int MaxBytes = UserOffset + (FieldText.MaxLength * 3);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal StreamRecordId(string userId, int slot, RecordKey key) => (UserId, Slot, Key) = (userId, checked((ushort)slot), key);

    internal string UserId { get; }

    internal ushort Slot { get; }

    internal RecordKey Key { get; }

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

        id = new(userId, BinaryPrimitives.ReadUInt16BigEndian(bytes[SlotOffset..]), RecordKey.Read(bytes[KeyOffset..]));

        // One record has one id: padding, white space and stray bits that the decoder lets pass do not make another.
        return FieldText.Flaw(userId) is null && id.ToString() == text;
    }

    /// <summary>The id as callers see it: at most 1,050 characters of base64url.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[SlotOffset..], Slot);
        Key.Write(bytes[KeyOffset..]);
        var length = UserOffset + StrictUtf8.GetBytes(UserId, bytes[UserOffset..]);
        return Base64Url.EncodeToString(bytes[..length]);
    }
}
