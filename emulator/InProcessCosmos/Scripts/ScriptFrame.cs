using System.Buffers;
using System.Globalization;
using System.Text;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Scripts;

/// <summary>
/// A message to the server-side library: a first line of comma-separated numbers, then all strings without separators; some of the numbers are
/// the lengths of the strings. It is passed to a script host as one string, without escaping.
/// </summary>
internal sealed class ScriptFrame
{
    private readonly ArrayBufferWriter<char> numbers = new(1024);
    private readonly ArrayBufferWriter<char> texts = new(8192);

    /// <summary>The number of characters in its strings.</summary>
    public int Length => texts.WrittenCount;

    public void Clear()
    {
        numbers.ResetWrittenCount();
        texts.ResetWrittenCount();
    }

    public void Add(long number)
    {
        var room = numbers.GetSpan(24);
        number.TryFormat(room, out var length, provider: CultureInfo.InvariantCulture);
        room[length] = ',';
        numbers.Advance(length + 1);
    }

    public void Add(ReadOnlySpan<char> text)
    {
        Add(text.Length);
        texts.Write(text);
    }

    public void Add(ReadOnlySpan<byte> utf8)
    {
        var length = Encoding.UTF8.GetChars(utf8, texts.GetSpan(utf8.Length));
        Add(length);
        texts.Advance(length);
    }

    public void Add(Container container, StoredDocument document)
    {
        Add(document.ExpiresAt == long.MaxValue ? -1 : document.ExpiresAt);
        Add(document.Timestamp);
        Add(document.Id);
        Span<char> etag = stackalloc char[PartitionTransaction.EtagLength];
        PartitionTransaction.WriteEtag(etag, document.Etag);
        Add(etag);
        Span<char> resource = stackalloc char[ResourceLinks.DocumentResourceLength];
        ResourceLinks.WriteDocument(resource, container, document.Resource);
        Add(resource);
        Add(document.Json.Span);
    }

    /// <summary>The complete message; valid until the next change.</summary>
    public ReadOnlySpan<char> Complete()
    {
        numbers.Write("0\n");
        numbers.Write(texts.WrittenSpan);
        return numbers.WrittenSpan;
    }

    public override string ToString() => Complete().ToString();
}

/// <summary>Reads such a message. Throws <see cref="InvalidDataException"/> if it is malformed, since a script can manipulate the library.</summary>
internal ref struct ScriptFrameReader
{
    private ReadOnlySpan<char> numbers;
    private ReadOnlySpan<char> texts;

    public ScriptFrameReader(ReadOnlySpan<char> frame)
    {
        var end = frame.IndexOf('\n');
        if (end < 0)
        {
            throw Garbled();
        }

        numbers = frame[..end];
        texts = frame[(end + 1)..];
    }

    public readonly bool IsAtEnd => numbers.IsEmpty;

    public long Number()
    {
        const int mostDigits = 18;
        var isNegative = numbers is ['-', ..];
        var first = isNegative ? 1 : 0;
        var at = first;
        var number = 0L;
        for (; at < numbers.Length && char.IsAsciiDigit(numbers[at]) && at < first + mostDigits; at++)
        {
            number = (number * 10) + (numbers[at] - '0');
        }

        if (at == first || (at < numbers.Length && numbers[at] != ','))
        {
            throw Garbled();
        }

        numbers = at < numbers.Length ? numbers[(at + 1)..] : [];
        return isNegative ? -number : number;
    }

    /// <summary>Reads the next string. Returns false if its length marks it as absent.</summary>
    public bool TryText(out ReadOnlySpan<char> text)
    {
        var length = Number();
        if (length < 0)
        {
            text = default;
            return false;
        }

        text = Fixed((int)Math.Min(length, int.MaxValue));
        return true;
    }

    public ReadOnlySpan<char> Text() => TryText(out var text) ? text : throw Garbled();

    /// <summary>Reads a string of a known length.</summary>
    public ReadOnlySpan<char> Fixed(int length)
    {
        if (length > texts.Length)
        {
            throw Garbled();
        }

        var text = texts[..length];
        texts = texts[length..];
        return text;
    }

    public static InvalidDataException Garbled() => new("The script has changed what the server-side library is made of.");
}
