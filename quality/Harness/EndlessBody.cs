using System.Net;

namespace StreamChecker.Harness;

/// <summary>A body that is sent up to its beginning and never continued.</summary>
internal sealed class EndlessBody : HttpContent
{
    public EndlessBody(string contentType = "application/json") => Headers.ContentType = new(contentType);

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
