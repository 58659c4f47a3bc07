using System.Net;
using System.Net.Sockets;

namespace StreamChecker.Load;

/// <summary>One keep-alive connection with at most one request under way.</summary>
internal sealed class Connection : IDisposable
{
    private const int BufferBytes = 32 * 1024;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] sent = new byte[4096];
    private readonly byte[] received = new byte[BufferBytes];
    private int length;

    public Connection(int port)
    {
        socket.Connect(IPAddress.Loopback, port);
        socket.Blocking = false;
    }

    public int Handle => (int)socket.Handle;

    /// <summary>The number of the request under way.</summary>
    public long Request { get; private set; }

    /// <summary>From when its latency counts.</summary>
    public long Due { get; private set; }

    public void Send(Mix mix, long request, long due)
    {
        Request = request;
        Due = due;
        length = 0;
        var bytes = mix.Write(sent, request);
        if (Libc.Send(Handle, sent, bytes, 0) != bytes)
        {
            throw new IOException("A request was not taken whole.");
        }
    }

    /// <summary>Takes in what has arrived. False if the response is incomplete.</summary>
    public bool TryReceive(out HttpResponse response)
    {
        var bytes = Libc.Receive(Handle, ref received[length], received.Length - length, 0);
        if (bytes <= 0)
        {
            throw new IOException("The server closed a connection.");
        }

        length += (int)bytes;
        return HttpResponse.TryRead(received.AsSpan(0, length), out response);
    }

    public void Dispose() => socket.Dispose();
}
