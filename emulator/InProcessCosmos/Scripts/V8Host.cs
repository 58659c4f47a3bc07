using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ClearScript;
using Microsoft.ClearScript.JavaScript;
using Microsoft.ClearScript.V8;
using Microsoft.ClearScript.V8.FastProxy;

namespace InProcessCosmos.Scripts;

/// <summary>
/// V8 with its own isolate: several times as fast as an interpreter, with one native call for each batch. Only for trusted procedures: a script
/// can exhaust V8's memory in ways that no limit detects, which ends the process.
/// </summary>
internal sealed class V8Host : IScriptHost
{
    /// <summary>The heap limit, which is sampled. It is well below the size at which V8 ends the process.</summary>
    private const int MostHeapBytes = 128 << 20;

    /// <summary>V8 ends the process when its heap is full. With this factor it grows until the next sample, which a busy thread pool can delay by seconds.</summary>
    private const double HeapExpansion = 2;

    private const int FirstHeapMegabytes = 1024;

    private static readonly TimeSpan HeapSampling = TimeSpan.FromMilliseconds(100);

    private readonly V8Runtime runtime = new(new V8RuntimeConstraints { MaxOldSpaceSize = FirstHeapMegabytes, HeapExpansionMultiplier = HeapExpansion });
    private readonly V8ScriptEngine engine;
    private readonly ScriptQuestion ask;
    private readonly ScriptLimits limits;
    private readonly V8Watchdog watchdog;
    private readonly ScriptObject run;
    private readonly ITypedArray<int> progress;
    private readonly ArrayBufferWriter<char> batch = new(8192);
    private readonly Lock ending = new();
    private nint progressAddress;
    private IBufferWriter<char> results = null!;
    private ScriptAbortedException? ended;
    private long began;
    private bool isInterrupted;
    private bool isDisposed;

    public V8Host(ProcedureText text, string environment, ScriptQuestion ask, ScriptLimits limits, V8Watchdog watchdog)
    {
        (this.ask, this.limits, this.watchdog) = (ask, limits, watchdog);
        runtime.MaxHeapSize = MostHeapBytes;
        runtime.HeapSizeSampleInterval = HeapSampling;
        engine = runtime.CreateScriptEngine(V8ScriptEngineFlags.DisableGlobalMembers);
        engine.DisableDynamicBinding = true;
        var library = (ScriptObject)engine.Evaluate(new DocumentInfo(ServerSideLibrary.Name), ServerSideLibrary.Text);
        var driver = (ScriptObject)library.InvokeAsFunction(new V8FastHostFunction("ask", 3, Respond), engine.Evaluate($"({environment})"));
        driver.InvokeMethod("define", engine.Evaluate(new DocumentInfo("procedure"), text.Function));
        progress = (ITypedArray<int>)engine.Evaluate("new Int32Array(64)"); // Large enough to be allocated outside the heap, so that its address does not change.
        progress.InvokeWithDirectAccess(address => progressAddress = address);
        var make = (ScriptObject)engine.Evaluate("(function (run, progress, take, give) { return function () { give(run(take(), progress)); }; })");
        run = (ScriptObject)make.InvokeAsFunction(driver["run"], progress, new V8FastHostFunction("take", 0, Take), new V8FastHostFunction("give", 1, Give));
        watchdog.Add(this);
    }

    /// <summary>Whether V8's native library is available.</summary>
    public static bool IsAvailable { get; } = Load();

    /// <summary>Read from V8's memory, since an isolate whose heap has overflowed cannot be called.</summary>
    public int Running => Marshal.ReadInt32(progressAddress);

    public bool IsSpent => isInterrupted;

    public void Run(ReadOnlySpan<char> batch, IBufferWriter<char> results)
    {
        this.batch.ResetWrittenCount();
        this.batch.Write(batch);
        this.results = results;
        Volatile.Write(ref began, Stopwatch.GetTimestamp());
        try
        {
            run.InvokeAsFunction();
        }
        catch (ScriptInterruptedException)
        {
            throw ended ?? new(ScriptOutcome.Failed.OutOfTime(limits));
        }
        catch (ScriptEngineException failure) when (failure.IsFatal)
        {
            throw new ScriptAbortedException(new(403, $"The script used more than {MostHeapBytes} bytes of memory."));
        }
        finally
        {
            lock (ending)
            {
                began = 0;
            }
        }
    }

    /// <summary>Interrupts a run that exceeds the time limit.</summary>
    public void InterruptIfLate()
    {
        lock (ending)
        {
            if (began != 0 && !isInterrupted && !isDisposed && Stopwatch.GetElapsedTime(began) > limits.Time)
            {
                isInterrupted = true;
                engine.Interrupt();
            }
        }
    }

    public void Dispose()
    {
        watchdog.Remove(this);
        lock (ending)
        {
            isDisposed = true;
        }

        engine.Dispose();
        runtime.Dispose();
    }

    private static bool Load()
    {
        try
        {
            using var runtime = new V8Runtime();
            return true;
        }
        catch (Exception missing) when (missing is TypeLoadException or DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            return false;
        }
    }

    private void Take(bool asConstructor, in V8FastArgs arguments, in V8FastResult result) => result.Set(batch.WrittenSpan);

    private void Give(bool asConstructor, in V8FastArgs arguments, in V8FastResult result)
    {
        results.Write(arguments.GetCharSpan(0, "results"));
        result.SetUndefined();
    }

    private void Respond(bool asConstructor, in V8FastArgs arguments, in V8FastResult result)
    {
        try
        {
            if (ask(arguments.GetString(0, "kind"), arguments.GetInt32(1, "index"), arguments.GetString(2, "text")) is { } answer)
            {
                result.Set(answer);
            }
            else
            {
                result.SetNull();
            }
        }
        catch (ScriptAbortedException thrown)
        {
            // The script could catch an exception, but not an interrupt.
            ended = thrown;
            result.SetUndefined();
            lock (ending)
            {
                isInterrupted = true;
                engine.Interrupt();
            }
        }
    }
}

/// <summary>Interrupts scripts in V8 that exceed the time limit, for all shards. It has its own thread, since a busy thread pool would delay a timer.</summary>
internal sealed class V8Watchdog : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock changing = new();
    private readonly ManualResetEventSlim hasHosts = new();
    private readonly CancellationTokenSource end = new();
    private readonly Thread thread;
    private V8Host[] hosts = [];

    public V8Watchdog()
    {
        thread = new(Watch) { IsBackground = true, Name = "in-process-cosmos-watchdog" };
        thread.Start();
    }

    public void Add(V8Host host) => Change(others => [.. others, host]);

    public void Remove(V8Host host) => Change(others => [.. others.Where(other => other != host)]);

    public void Dispose()
    {
        end.Cancel();
        thread.Join();
        end.Dispose();
        hasHosts.Dispose();
    }

    private void Change(Func<V8Host[], V8Host[]> change)
    {
        lock (changing)
        {
            hosts = change(hosts);
            if (hosts.Length > 0)
            {
                hasHosts.Set();
            }
            else
            {
                hasHosts.Reset();
            }
        }
    }

    private void Watch()
    {
        try
        {
            while (!end.Token.WaitHandle.WaitOne(Interval))
            {
                hasHosts.Wait(end.Token);
                foreach (var host in Volatile.Read(ref hosts))
                {
                    host.InterruptIfLate();
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
    }
}
