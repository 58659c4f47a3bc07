using InProcessCosmos.Documents;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace InProcessCosmos.Scripts;

/// <summary>
/// <c>getContext()</c> as a stored procedure sees it: its collection, its request and its response; and the globals
/// beside it. https://learn.microsoft.com/azure/cosmos-db/nosql/javascript-query-api and the reference of the
/// server-side library.
/// </summary>
internal sealed class ServerSideContext
{
    private readonly Engine engine;
    private readonly JsValue freeze;
    private readonly ScriptLog log = new();
    private ScriptRequest request = ScriptRequest.None;
    private JsValue[] arguments = [];

    public ServerSideContext(Engine engine, ScriptBudget budget, string body)
    {
        this.engine = engine;
        freeze = engine.Evaluate("Object.freeze");
        Collection = new(engine, budget, readsArguments: body.Contains("arguments", StringComparison.Ordinal));
        var collection = Functions(Collection.Functions());
        ServerSideLibrary.AddQueries(engine, collection, Collection);
        Freeze(collection);

        var response = Freeze(Functions(ResponseFunctions()));
        var requestObject = Freeze(Functions(RequestFunctions()));
        var context = Freeze(Functions(
        [
            ("getCollection", 0, _ => collection),
            ("getRequest", 0, _ => requestObject),
            ("getResponse", 0, _ => response),
            ("abort", 1, Abort),
        ]));

        var shortcut = new JsObject(engine) { Prototype = collection };
        shortcut.FastSetDataProperty("request", requestObject);
        shortcut.FastSetDataProperty("response", response);
        engine.SetValue("getContext", engine.Function("getContext", 0, _ => context));
        engine.SetValue("__", Freeze(shortcut));
        engine.SetValue("console", Freeze(Functions([("log", 1, log.Write)])));
        ServerSideLibrary.AddErrors(engine);
    }

    public CollectionOperations Collection { get; }

    /// <summary>What the script has set as its answer; undefined where it has set none.</summary>
    public JsValue ResponseBody { get; private set; } = JsValue.Undefined;

    /// <summary>With what the script has ended itself; null where it has not.</summary>
    public JsValue? Aborted { get; private set; }

    public string? Log => log.ToString();

    public void Begin(PartitionTransaction transaction, ScriptRequest scriptRequest, JsValue[] scriptArguments)
    {
        ResponseBody = JsValue.Undefined;
        Aborted = null;
        request = scriptRequest;
        arguments = scriptArguments;
        log.Begin(scriptRequest.Logs);
        Collection.Begin(transaction);
    }

    public void End()
    {
        ResponseBody = JsValue.Undefined;
        Aborted = null;
        request = ScriptRequest.None;
        arguments = [];
        Collection.End();
    }

    private IEnumerable<(string Name, int Length, Func<JsValue[], JsValue> Body)> ResponseFunctions() =>
    [
        ("setBody", 1, given => ResponseBody = given.At(0)),
        ("getBody", 0, _ => ResponseBody),
        ("appendBody", 1, given => ResponseBody = Append(ResponseBody, given.At(0))),
        ("getValue", 1, given => given.At(0).ToString() == "body" ? ResponseBody : JsValue.Undefined),
        ("setValue", 2, given => given.At(0).ToString() == "body" ? ResponseBody = given.At(1) : throw NewHeader(given)),
        ("appendValue", 2, given => given.At(0).ToString() == "body" ? ResponseBody = Append(ResponseBody, given.At(1)) : throw NewHeader(given)),
        ("getMaxResourceQuota", 0, _ => throw OnlyIn("getMaxResourceQuota", "post-triggers")),
        ("getResourceQuotaCurrentUsage", 0, _ => throw OnlyIn("getResourceQuotaCurrentUsage", "post-triggers")),
    ];

    private IEnumerable<(string Name, int Length, Func<JsValue[], JsValue> Body)> RequestFunctions() =>
    [
        ("getBody", 0, _ => new JsArray(engine, [.. arguments])),
        ("getValue", 1, given => request.Header(given.At(0).ToString()) is { } value ? new JsString(value) : JsValue.Undefined),
        ("setBody", 1, _ => throw OnlyIn("setBody", "pre-triggers")),
        ("setValue", 2, _ => throw OnlyIn("setValue", "pre-triggers")),
        ("getOperationType", 0, _ => throw OnlyIn("getOperationType", "triggers")),
    ];

    private JsValue Abort(JsValue[] given)
    {
        Aborted = given.At(0);

        // No catch of the script's, and no promise, may swallow it.
        throw new ScriptEndedException();
    }

    private JavaScriptException NewHeader(JsValue[] given) =>
        new(engine.Error(DocumentResult.BadRequest, $"Cannot set new values: {given.At(0)}"));

    private JavaScriptException OnlyIn(string function, string kind) =>
        new(engine.Error(DocumentResult.BadRequest, $"The function \"{function}\" is for {kind}, which are not supported; it is not for stored procedures."));

    /// <summary>As <c>+</c> does it: strings concatenate, numbers add up.</summary>
    private static JsValue Append(JsValue body, JsValue more) =>
        body.IsUndefined() || body.IsNull() ? more
        : body.IsNumber() && more.IsNumber() ? new JsNumber(body.AsNumber() + more.AsNumber())
        : new JsString(body.ToString() + more);

    private JsObject Functions(IEnumerable<(string Name, int Length, Func<JsValue[], JsValue> Body)> functions)
    {
        var made = new JsObject(engine);
        foreach (var (name, length, body) in functions)
        {
            made.FastSetDataProperty(name, engine.Function(name, length, body));
        }

        return made;
    }

    /// <summary>The engine is kept: nothing that one run leaves on these objects may be seen by the next.</summary>
    private ObjectInstance Freeze(ObjectInstance made)
    {
        engine.Call(freeze, made);
        return made;
    }
}
