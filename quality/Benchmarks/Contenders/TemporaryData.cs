using System.Net;
using System.Net.Sockets;

namespace StreamChecker.Benchmarks.Contenders;

/// <summary>A folder for a contender's data, gone when the contender is.</summary>
internal sealed class TemporaryData : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("stream-checker-benchmark-").FullName;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until a port is open.</summary>
    public static async Task WaitForPortAsync(int port, ChildProcess process, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                if (attempt == 200)
                {
                    throw new InvalidOperationException($"Nothing listens on port {port}: {process.Output}");
                }

                await Task.Delay(50, cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that was just ended may still have written; the system's own cleaning takes the rest.
        }
    }
}
