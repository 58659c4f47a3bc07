using System.Buffers;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Jint.Runtime.Interop;

namespace InProcessCosmos.Scripts;

/// <summary>Jint: an interpreter in .NET. A script can fail in it, but not end the process. It runs one call at a time.</summary>
internal sealed class JintHost : IScriptHost
{
    /// <summary>Deeper than any document: the engine reads and writes JSON recursively.</summary>
    private const int MaxJsonDepth = 512;

    private static readonly Prepared<Acornima.Ast.Script> Library = Engine.PrepareScript(ServerSideLibrary.Text, ServerSideLibrary.Name, strict: false);

    private readonly Engine engine;
    private readonly ScriptLimits limits;
    private readonly ScriptBudget budget;
    private readonly JsValue begin;
    private readonly JsValue start;
    private readonly JsValue step;
    private readonly JsValue complete;
    private readonly JsValue result;
    private readonly GlobalSnapshot globals;

    public JintHost(ProcedureText text, string environment, ScriptQuestion ask, ScriptLimits limits)
    {
        this.limits = limits;
        IsSpent = text.UsesPromises;
        budget = new(limits);
        engine = new(options =>
        {
            options.MaxStatements(limits.Statements);
            options.LimitMemory(limits.Memory);
            options.Constraints.StackOverflowGuard = true;
            options.Constraints.RegexTimeout = limits.Time;
            options.Constraints.MaxArraySize = limits.ArrayLength;
            options.Constraint(budget);
            options.Host.StringCompilationAllowed = false;
            options.Json.MaxParseDepth = MaxJsonDepth;
            options.TimeZone = TimeZoneInfo.Utc;
        });
        budget.Begin();
        var question = new ClrFunction(engine, "ask", (_, given) =>
            ask(given[0].ToString(), (int)given[1].AsNumber(), given[2].ToString()) is { } answer ? new JsString(answer) : JsValue.Null);
        var library = (ObjectInstance)engine.Call(engine.Evaluate(Library), question, engine.Evaluate($"({environment})"));
        engine.Call(library.Get("define"), engine.Evaluate(text.Prepared));
        (begin, start, step) = (library.Get("begin"), library.Get("start"), library.Get("step"));
        (complete, result) = (library.Get("complete"), library.Get("result"));
        globals = engine.Advanced.CaptureGlobalSnapshot();
    }

    public int Running => 0;

    /// <summary>A continuation that is still pending must not run during the next call.</summary>
    public bool IsSpent { get; }

    public void Run(ReadOnlySpan<char> batch, IBufferWriter<char> results)
    {
        budget.Begin();
        try
        {
            engine.Call(begin, new JsString(batch.ToString()));
            engine.Call(start, JsNumber.Create(0));
            do
            {
                engine.Advanced.ProcessTasks();
            }
            while (engine.Call(step).AsBoolean());
            engine.Call(complete);
            results.Write(engine.Call(result).AsString());
        }
        catch (StatementsCountOverflowException)
        {
            throw Ended(403, $"The script ran more than {limits.Statements} statements.");
        }
        catch (MemoryLimitExceededException)
        {
            throw Ended(403, $"The script used more than {limits.Memory} bytes of memory.");
        }
        catch (RegexMatchTimeoutException)
        {
            throw new ScriptAbortedException(ScriptOutcome.Failed.OutOfTime(limits));
        }
        catch (Exception thrown) when (thrown is OutOfMemoryException or JintException)
        {
            // If the script has changed built-in objects that the library uses, even the library may throw.
            throw Ended(400, thrown.Message);
        }
        finally
        {
            engine.Advanced.RestoreGlobalSnapshot(globals);
        }
    }

    public void Dispose() => engine.Dispose();

    private static ScriptAbortedException Ended(int status, string message) => new(new(status, message));
}
