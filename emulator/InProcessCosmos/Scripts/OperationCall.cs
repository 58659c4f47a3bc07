using Acornima.Ast;
using InProcessCosmos.Documents;
using Jint;
using Jint.Native;
using Jint.Native.Function;
using Jint.Runtime;

namespace InProcessCosmos.Scripts;

/// <summary>The end of every collection call's arguments: options and a callback, each of which may be left out.</summary>
internal readonly struct OperationCall
{
    private const int DefaultPageSize = 100;
    private const int LargestPage = 1000;

    private readonly JsValue options;

    private OperationCall(JsValue options, JsValue callback) => (this.options, Callback) = (options, callback);

    /// <summary>Undefined where there is none: then an error of the operation ends the script.</summary>
    public JsValue Callback { get; }

    /// <summary>100 where the script does not say; -1 lets the service choose.</summary>
    public int PageSize =>
        Option("pageSize") is var size && size.IsNumber()
            ? (int)size.AsNumber() is var number and > 0 ? Math.Min(number, LargestPage) : LargestPage
            : DefaultPageSize;

    /// <summary>False where the callback has only its first parameter, the error.</summary>
    public bool WantsResource =>
        Callback is Function { FunctionDeclaration: { Params: { Count: <= 1 } parameters } }
            ? parameters is [RestElement]
            : !Callback.IsUndefined();

    /// <exception cref="JavaScriptException">One of the two is there and is none.</exception>
    public static OperationCall Read(Engine engine, JsValue[] arguments, int first)
    {
        var options = arguments.At(first);
        var callback = arguments.At(first + 1);
        if (options.IsCallable() && callback.IsUndefined())
        {
            return new(JsValue.Undefined, options);
        }

        return !options.IsUndefined() && (!options.IsObject() || options.IsCallable()) ? throw WrongType("options", "object", options)
            : !callback.IsUndefined() && !callback.IsCallable() ? throw WrongType("callback", "function", callback)
            : new(options, callback);

        JavaScriptException WrongType(string parameter, string expected, JsValue given) => new(engine.Error(
            DocumentResult.BadRequest,
            $"The \"{parameter}\" parameter must be of type \"{expected}\". Actual type is: \"{(given.IsCallable() ? "function" : given.Type.ToString().ToLowerInvariant())}\"."));
    }

    public string? Text(string name) => Option(name) is var value && value.IsString() ? value.AsString() : null;

    public bool Flag(string name) => Option(name) is var value && value.IsBoolean() && value.AsBoolean();

    private JsValue Option(string name) => options.IsObject() ? options.AsObject().Get(name) : JsValue.Undefined;
}
