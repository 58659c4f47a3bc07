using System.Reflection;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace StreamChecker.Reliability.Procedures;

/// <summary>
/// A text of the stored procedure in a script engine that is kept, on the collection of <c>snapshot-collection.js</c>. It is
/// not the embedded engine's host, which knows neither snapshots nor documents that are due and not yet removed.
/// </summary>
internal sealed class SnapshotScript : IDisposable
{
    /// <summary>Many times what a call takes: a text that never ends has soon used it up.</summary>
    private const int MostStatements = 50_000;

    private readonly Engine engine = new(options => options.MaxStatements(MostStatements));
    private readonly JsValue run;
    private readonly JsValue document;
    private readonly JsValue command;

    public SnapshotScript(string procedure)
    {
        var load = engine.Evaluate($"(function (getContext, Date) {{ return ({procedure.TrimEnd().TrimEnd(';')}\n); }})");
        var collection = engine.Invoke(engine.Evaluate(TestText.Read("snapshot-collection.js")), load).AsObject();
        run = collection.Get("run");
        document = collection.Get("document");
        command = collection.Get("command");
    }

    /// <summary>How often the procedure was run.</summary>
    public long Runs { get; private set; }

    public JsValue Document(string json, long ts) => engine.Call(document, JsValue.Undefined, [json, ts]);

    public JsValue Command(string json) => engine.Call(command, JsValue.Undefined, [json]);

    public ScriptRun Run(JsValue[] snapshot, JsValue[] blocked, JsValue command, long now)
    {
        Runs++;
        try
        {
            var result = engine.Call(run, JsValue.Undefined, [new JsArray(engine, snapshot), new JsArray(engine, blocked), command, now]).AsArray();
            var writes = new (string, string, string?)[((int)result.Length - 2) / 3];
            for (var i = 0; i < writes.Length; i++)
            {
                var at = (uint)(2 + (3 * i));
                writes[i] = (result[at].AsString(), result[at + 1].AsString(), Text(result[at + 2]));
            }

            return new(Text(result[0]), Text(result[1]), writes);
        }
        catch (StatementsCountOverflowException endless)
        {
            return new(null, endless.Message, []);
        }
    }

    public void Dispose() => engine.Dispose();

    private static string? Text(JsValue value) => value.IsString() ? value.AsString() : null;
}

/// <summary>What a run returned or threw, and what it writes: each document's new content, or null if it is removed.</summary>
internal sealed record ScriptRun(string? Body, string? Thrown, IReadOnlyList<(string Kind, string Id, string? Content)> Writes);

/// <summary>The texts that these tests bring along.</summary>
internal static class TestText
{
    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
