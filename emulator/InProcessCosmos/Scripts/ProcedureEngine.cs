using System.Buffers;
using InProcessCosmos.Documents;
using Jint;
using Jint.Native;
using Jint.Native.Json;
using Jint.Runtime;

namespace InProcessCosmos.Scripts;

/// <summary>One script engine, kept for one stored procedure and used for one run after the other.</summary>
internal sealed class ProcedureEngine : IDisposable
{
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    private readonly Engine engine;
    private readonly ScriptLimits limits;
    private readonly ScriptBudget budget;
    private readonly JsValue function;
    private readonly JsonParser parser;
    private readonly JsonSerializer serializer;
    private readonly ServerSideContext context;
    private readonly GlobalSnapshot globals;
    private readonly bool promises;

    public ProcedureEngine(string body, EngineClock clock, ScriptLimits limits)
    {
        this.limits = limits;
        budget = new(limits);
        promises = body.Contains("async", StringComparison.Ordinal) || body.Contains("Promise", StringComparison.Ordinal);
        engine = new(options =>
        {
            options.Strict();
            options.MaxStatements(limits.Statements);
            options.Constraints.StackOverflowGuard = true;
            options.Constraint(budget);
            options.TimeSystem = new ScriptTime(clock);
            options.Host.StringCompilationAllowed = false;
        });
        parser = new(engine);
        serializer = new(engine);
        context = new(engine, budget, body);
        budget.Begin();
        function = engine.Evaluate($"({body.TrimEnd().TrimEnd(';')}\n)");
        globals = engine.Advanced.CaptureGlobalSnapshot();
    }

    /// <summary>Says why a text is no stored procedure; null where it is one.</summary>
    public static string? FlawOf(string body)
    {
        try
        {
            using var engine = new Engine(options => options.Strict().TimeoutInterval(TimeSpan.FromSeconds(1)));
            return engine.Evaluate($"({body.TrimEnd().TrimEnd(';')}\n)").IsCallable() ? null : "The body must be one JavaScript function.";
        }
        catch (Exception flaw) when (flaw is JintException or Acornima.ParseErrorException or TimeoutException)
        {
            return flaw.Message;
        }
    }

    /// <summary>Runs the procedure, its callbacks and its promises to the end.</summary>
    /// <exception cref="ScriptAbortedException">It used up its time or its statements: this engine must not be used again.</exception>
    public ScriptOutcome Run(PartitionTransaction transaction, ReadOnlySpan<byte> arguments, ScriptRequest request)
    {
        budget.Begin();
        try
        {
            var given = Arguments(arguments);
            context.Begin(transaction, request, given);
            engine.Call(function, given);
            do
            {
                engine.Advanced.ProcessTasks();
            }
            while (context.Collection.RunNextOperation());

            var body = Serialize(context.ResponseBody);
            return body.Length <= MaxBodyBytes
                ? new ScriptOutcome.Completed(body, RequestUnits.Script + transaction.Charge) { Log = context.Log }
                : new ScriptOutcome.Failed(DocumentResult.TooLarge, $"Error: The response is larger than {MaxBodyBytes} bytes.") { Log = context.Log };
        }
        catch (JavaScriptException thrown)
        {
            var failed = Failure(thrown.Error) with { Trace = thrown.JavaScriptStackTrace };

            // What its promises still wait for must not happen in the next run.
            return promises ? throw new ScriptAbortedException(failed) : failed;
        }
        catch (ScriptEndedException)
        {
            throw new ScriptAbortedException(Failure(context.Aborted!));
        }
        catch (StatementsCountOverflowException)
        {
            throw new ScriptAbortedException(new ScriptOutcome.Failed(403, $"The script ran more than {limits.Statements} statements.") { Log = context.Log });
        }
        finally
        {
            context.End();
            engine.Advanced.RestoreGlobalSnapshot(globals);
        }
    }

    public void Dispose() => engine.Dispose();

    private JsValue[] Arguments(ReadOnlySpan<byte> json) =>
        parser.Parse(json) is JsArray array ? [.. array] : throw new JavaScriptException("The arguments of a stored procedure must be a JSON array.");

    private ReadOnlyMemory<byte> Serialize(JsValue value)
    {
        if (value.IsUndefined())
        {
            return default;
        }

        var buffer = new ArrayBufferWriter<byte>(512);
        serializer.Serialize(value, buffer);
        return buffer.WrittenMemory;
    }

    private ScriptOutcome.Failed Failure(JsValue thrown) => new(DocumentResult.BadRequest, MessageOf(thrown))
    {
        Log = context.Log,
        Number = thrown.IsObject() && thrown.Get("number") is var number && number.IsNumber() ? (int)number.AsNumber() : DocumentResult.BadRequest,
    };

    private string MessageOf(JsValue thrown) =>
        thrown.IsObject() && thrown.AsObject() is var error && error.Get("message") is var message && message.IsString()
            ? $"{error.Get("name")}: {message}"
        : thrown.IsObject() ? System.Text.Encoding.UTF8.GetString(Serialize(thrown).Span)
        : thrown.ToString();
}
