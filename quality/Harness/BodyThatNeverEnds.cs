using System.Net;

namespace StreamChecker.Harness;

/// <summary>A JSON body of which the beginning comes, and nothing more.</summary>
internal sealed class BodyThatNeverEnds : HttpContent
{
    public BodyThatNeverEnds() => Headers.ContentType = new("application/json");

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync("{"u8.ToArray());
        await stream.FlushAsync();
        await Task.Delay(Timeout.Infinite);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
