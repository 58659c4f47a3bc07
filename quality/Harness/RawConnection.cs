using System.Net.Sockets;
using System.Text;

namespace StreamChecker.Harness;

/// <summary>A connection on which anything can be sent, HTTP or not.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient client = new();

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(Uri server)
    {
        var connection = new RawConnection();
        await connection.client.ConnectAsync(server.Host, server.Port);
        return connection;
    }

    public async Task SendAsync(string text) => await SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await client.GetStream().WriteAsync(bytes).AsTask().WaitAsync(Patience);
        }
        catch (IOException)
        {
            // It has heard enough.
        }
    }

    /// <summary>Everything until the other side closes, or until a text has arrived the given number of times.</summary>
    public async Task<string> ReadAsync(string until = "\0never", int times = 1)
    {
        var (text, buffer) = (new StringBuilder(), new byte[64 * 1024]);
        try
        {
            int length;
            while ((length = await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Patience)) > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, length));
                if (text.ToString().Split(until).Length > times)
                {
                    break;
                }
            }
        }
        catch (IOException)
        {
            // Reset, with what it said before.
        }

        return text.ToString();
    }

    public void Dispose() => client.Dispose();
}
