using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StreamChecker.Load;

/// <summary>Waits until connections can be read, or until a moment has come.</summary>
internal sealed unsafe class Readiness : IDisposable
{
    private const int Monotonic = 1;
    private const int AbsoluteTime = 1;
    private const ulong TimerNumber = ulong.MaxValue;

    // On x64 the kernel packs the event's 32 bits and 64 bits of data; elsewhere it does not.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int epoll = Checked(Libc.CreateEpoll(0));
    private readonly int timer = Checked(Libc.CreateTimer(Monotonic, 0));
    private readonly byte[] happenings = new byte[16 * 256];

    public Readiness() => Add(timer, TimerNumber);

    public void Add(int handle, ulong number)
    {
        var happening = stackalloc byte[16];
        *(uint*)happening = Libc.Readable;
        *(ulong*)(happening + Stride - sizeof(ulong)) = number;
        Checked(Libc.ControlEpoll(epoll, Libc.Add, handle, happening));
    }

    /// <summary>Waits, and writes the numbers of what can be read. At a moment of 0 it waits without an end but that of patience: a tenth of a second.</summary>
    public int Wait(Span<int> readable, long moment)
    {
        if (moment != 0)
        {
            var nanoseconds = Math.Max(1, moment * (1_000_000_000 / Stopwatch.Frequency));
            var specification = stackalloc long[] { 0, 0, nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000 };
            Checked(Libc.SetTimer(timer, AbsoluteTime, specification, null));
        }

        fixed (byte* first = happenings)
        {
            var count = Math.Max(0, Libc.WaitEpoll(epoll, first, Math.Min(readable.Length, 256), 100));
            var found = 0;
            for (var i = 0; i < count; i++)
            {
                var number = *(ulong*)(first + (i * Stride) + Stride - sizeof(ulong));
                if (number != TimerNumber)
                {
                    readable[found++] = (int)number;
                }
            }

            return found;
        }
    }

    public void Dispose()
    {
        _ = Libc.Close(timer);
        _ = Libc.Close(epoll);
    }

    private static int Checked(int result) => result >= 0 ? result : throw new IOException($"errno {Marshal.GetLastPInvokeError()}");
}
