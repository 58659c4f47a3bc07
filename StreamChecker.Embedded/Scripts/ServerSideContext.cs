using Jint;
using Jint.Native;
using Jint.Runtime;
using StreamChecker.Embedded.Storage;

namespace StreamChecker.Embedded.Scripts;

/// <summary>
/// <c>getContext()</c> as a stored procedure sees it: its collection, its request and its response.
/// https://learn.microsoft.com/azure/cosmos-db/nosql/javascript-query-api and the reference of the server-side library.
/// </summary>
internal sealed class ServerSideContext
{
    private readonly JsValue freeze;

    public ServerSideContext(Engine engine, ScriptBudget budget, string body)
    {
        freeze = engine.Evaluate("Object.freeze");
        Collection = new(engine, budget, readsArguments: body.Contains("arguments", StringComparison.Ordinal));
        var response = Object(
            engine,
            ("setBody", 1, arguments => ResponseBody = arguments.At(0)),
            ("getBody", 0, _ => ResponseBody),
            ("appendBody", 1, arguments => ResponseBody = Append(ResponseBody, arguments.At(0))));
        var request = Object(engine);
        var collection = Object(engine, Collection.Functions());
        var context = Object(
            engine,
            ("getCollection", 0, _ => collection),
            ("getRequest", 0, _ => request),
            ("getResponse", 0, _ => response),
            ("abort", 1, arguments => throw new JavaScriptException(arguments.At(0))));
        var console = Object(engine, ("log", 1, _ => JsValue.Undefined));
        engine.SetValue("getContext", engine.Function("getContext", 0, _ => context));
        engine.SetValue("__", collection);
        engine.SetValue("console", console);
    }

    public CollectionOperations Collection { get; }

    /// <summary>What the script has set as its answer; undefined where it has set none.</summary>
    public JsValue ResponseBody { get; private set; } = JsValue.Undefined;

    public void Begin(PartitionTransaction transaction)
    {
        ResponseBody = JsValue.Undefined;
        Collection.Begin(transaction);
    }

    public void End()
    {
        ResponseBody = JsValue.Undefined;
        Collection.End();
    }

    private static JsValue Append(JsValue body, JsValue more) =>
        body.IsUndefined() ? more : JsValue.FromObject(null!, body.ToString() + more);

    private JsObject Object(Engine engine, params IEnumerable<(string Name, int Length, Func<JsValue[], JsValue> Body)> functions)
    {
        var made = new JsObject(engine);
        foreach (var (name, length, body) in functions)
        {
            made.FastSetDataProperty(name, engine.Function(name, length, body));
        }

        // The engine is kept: nothing that one run leaves on these objects may be seen by the next.
        engine.Call(freeze, made);
        return made;
    }
}
