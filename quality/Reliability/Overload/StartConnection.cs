using System.Net;
using System.Net.Sockets;
using System.Text;
using StreamChecker.Load;

namespace StreamChecker.Reliability.Overload;

/// <summary>One keep-alive connection with at most one start under way, each of a user of its own.</summary>
internal sealed class StartConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] received = new byte[4096];
    private int length;

    public StartConnection(Uri server)
    {
        socket.Connect(IPAddress.Parse(server.Host), server.Port);
        socket.Blocking = false;
    }

    public int Handle => (int)socket.Handle;

    /// <summary>When the start under way was due.</summary>
    public long Due { get; private set; }

    public void Send(long user, long due)
    {
        (Due, length) = (due, 0);
        var body = $$"""{"userId":"user {{user}}","streamId":"film"}""";
        var request = Encoding.ASCII.GetBytes(
            $"POST /stream-record HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        if (Libc.Send(Handle, request, request.Length, 0) != request.Length)
        {
            throw new IOException("A request was not taken whole.");
        }
    }

    /// <summary>Takes in what has arrived: true for a start that was accepted, false for one that was rejected, null if the response is incomplete.</summary>
    /// <exception cref="InvalidDataException">It is another response.</exception>
    public bool? Receive()
    {
        var bytes = Libc.Receive(Handle, ref received[length], received.Length - length, 0);
        length += bytes > 0 ? (int)bytes : throw new IOException("The Server closed a connection.");
        if (!HttpResponse.TryRead(received.AsSpan(0, length), out var response))
        {
            return null;
        }

        return response.Status == 201 || (response.Status == 503 && received.AsSpan(0, length).IndexOf("\r\nRetry-After: 1\r\n"u8) > 0
            ? false
            : throw new InvalidDataException(Encoding.UTF8.GetString(received, 0, length)));
    }

    public void Dispose() => socket.Dispose();
}
