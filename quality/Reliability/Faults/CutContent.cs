using System.Net;

namespace StreamChecker.Reliability.Faults;

/// <summary>A body whose connection is lost in its middle.</summary>
internal sealed class CutContent(byte[] body) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(body.AsMemory(0, body.Length / 2));
        throw new IOException("The connection was closed in the middle of the body.");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
