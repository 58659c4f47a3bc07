namespace StreamChecker.Players;

/// <summary>
/// Reads the members of a Structured Fields dictionary (RFC 9651), such as <c>e=t,sta=p,sid="a",br=(1000;v 64;a)</c>, one by one. It is
/// lenient, as CMCD requires: whatever the bytes are, it splits them at the commas outside of strings and inner lists, and leaves it to
/// the caller to ignore a value that is malformed. Parameters are not read.
/// </summary>
internal ref struct StructuredDictionary(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;

    /// <summary>The current member's key.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The current member's value without its parameters; empty for a key without a value, which means true.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Moves to the next member. Returns false at the end.</summary>
    public bool Read()
    {
        while (!rest.IsEmpty)
        {
            var length = LengthUntil((byte)',', rest);
            var member = rest[..length].Trim(" \t"u8);
            rest = rest[Math.Min(length + 1, rest.Length)..];
            if (member.IsEmpty)
            {
                continue;
            }

            var equals = member.IndexOfAny((byte)'=', (byte)';');
            var hasValue = equals >= 0 && member[equals] == (byte)'=';
            Key = equals < 0 ? member : member[..equals];
            Value = hasValue ? member[(equals + 1)..] : default;
            Value = Value[..LengthUntil((byte)';', Value)];
            return true;
        }

        return false;
    }

    /// <summary>The number of bytes before a delimiter outside of strings and inner lists.</summary>
    private static int LengthUntil(byte delimiter, ReadOnlySpan<byte> bytes)
    {
        var (inString, inList) = (false, false);
        for (var i = 0; i < bytes.Length; i++)
        {
            var current = bytes[i];
            if (inString)
            {
                if (current == (byte)'\\')
                {
                    i++;
                }
                else if (current == (byte)'"')
                {
                    inString = false;
                }
            }
            else if (current == (byte)'"')
            {
                inString = true;
            }
            else if (current is (byte)'(' or (byte)')')
            {
                inList = current == (byte)'(';
            }
            else if (current == delimiter && !inList)
            {
                return i;
            }
        }

        return bytes.Length;
    }
}
