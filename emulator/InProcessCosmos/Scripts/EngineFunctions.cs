using System.Text.Json;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Interop;

namespace InProcessCosmos.Scripts;

/// <summary>What the script engine lacks a short word for.</summary>
internal static class EngineFunctions
{
    public static ClrFunction Function(this Engine engine, string name, int length, Func<JsValue[], JsValue> body) =>
        new(engine, name, (_, arguments) => body(arguments), length);

    /// <summary>An error as callbacks get it: with the number of Cosmos DB's status, and its text as the service wraps it.</summary>
    public static ObjectInstance Error(this Engine engine, int number, string message)
    {
        var body = $"{{\"Errors\":[\"{JsonEncodedText.Encode(message, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"]}}";
        var error = engine.Intrinsics.Error.Construct(body);
        error.Set("number", number);
        error.Set("body", body);
        return error;
    }
}
