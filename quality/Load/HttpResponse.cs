using System.Buffers.Text;

namespace StreamChecker.Load;

/// <summary>One response, in a connection's buffer.</summary>
internal readonly ref struct HttpResponse
{
    private readonly ReadOnlySpan<byte> head;

    private HttpResponse(int status, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        Status = status;
        this.head = head;
        Body = body;
    }

    public int Status { get; }

    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Whether the <c>Location</c> leads to the record that the body begins with.</summary>
    public bool HasLocationOfItsId
    {
        get
        {
            var location = Header("\r\nLocation: /stream-record/"u8);
            var id = Body.StartsWith("{\"id\":\""u8) ? Body[7..] : default;
            var end = id.IndexOf((byte)'"');
            return end > 0 && location.SequenceEqual(id[..end]);
        }
    }

    /// <summary>Reads a response. False if it is incomplete.</summary>
    public static bool TryRead(ReadOnlySpan<byte> received, out HttpResponse result)
    {
        result = default;
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = received[..(end + 2)];
        var read = new HttpResponse(0, head, default);
        if (!Utf8Parser.TryParse(read.Header("\r\nContent-Length: "u8), out int length, out _)
            || !Utf8Parser.TryParse(head[9..], out int status, out _))
        {
            throw new InvalidDataException($"A response without a length or a status: {System.Text.Encoding.ASCII.GetString(head)}");
        }

        if (received.Length < end + 4 + length)
        {
            return false;
        }

        result = new(status, head, received.Slice(end + 4, length));
        return true;
    }

    private ReadOnlySpan<byte> Header(ReadOnlySpan<byte> name)
    {
        var start = head.IndexOf(name);
        if (start < 0)
        {
            return default;
        }

        var value = head[(start + name.Length)..];
        return value[..value.IndexOf((byte)'\r')];
    }
}
