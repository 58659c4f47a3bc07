using System.Buffers.Text;
using System.Security.Cryptography;

namespace StreamChecker;

/// <summary>
/// What makes one start the same start, however often it is tried: 128 bits, made before the first try. In documents it
/// is 22 characters of base64url.
/// </summary>
internal readonly record struct RecordKey(UInt128 Bits)
{
    public const int Size = 16;

    public static RecordKey New()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return Read(bytes);
    }

    public static RecordKey Read(ReadOnlySpan<byte> bytes) => new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public static RecordKey Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == Size
            ? Read(bytes)
            : throw new FormatException("A slot's recordId is not 128 bits of base64url.");
    }

    public void Write(Span<byte> destination) => System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
