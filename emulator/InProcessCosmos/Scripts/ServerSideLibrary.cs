using System.Reflection;
using Acornima.Ast;
using Jint;
using Jint.Native.Object;

namespace InProcessCosmos.Scripts;

/// <summary>What of the server-side API is written in JavaScript itself: <c>query-api.js</c> and <c>errors.js</c>.</summary>
internal static class ServerSideLibrary
{
    private static readonly Prepared<Script> QueryApi = Prepare("query-api.js");
    private static readonly Prepared<Script> Errors = Prepare("errors.js");

    /// <summary>Adds the JavaScript query API (<c>filter</c>, <c>map</c>, <c>chain</c>, …) to the collection object.</summary>
    public static void AddQueries(Engine engine, ObjectInstance collection, CollectionOperations operations) =>
        engine.Call(
            engine.Evaluate(QueryApi),
            collection,
            engine.Function("readAll", 2, operations.ReadAll),
            engine.Function("refuse", 1, operations.Refuse));

    /// <summary>Adds <c>ErrorCodes</c>, and an <c>Error</c> that takes a number, too.</summary>
    public static void AddErrors(Engine engine) => engine.Evaluate(Errors);

    private static Prepared<Script> Prepare(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return Engine.PrepareScript(reader.ReadToEnd(), name, strict: true);
    }
}
