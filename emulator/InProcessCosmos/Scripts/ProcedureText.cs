using System.Collections.Frozen;
using Acornima;
using Acornima.Ast;
using Jint;

namespace InProcessCosmos.Scripts;

/// <summary>
/// A stored procedure's text, understood. The service puts it behind <c>var fn = </c>: it may go on with other functions,
/// constants and remarks, and is in sloppy mode unless it says otherwise.
/// </summary>
internal sealed class ProcedureText
{
    // The names by which a script gets at what its objects inherit.
    private static readonly FrozenSet<string> PrototypeNames =
        FrozenSet.Create("__proto__", "prototype", "constructor", "getPrototypeOf", "setPrototypeOf", "Reflect", "eval", "Function");

    private ProcedureText(string body)
    {
        Function = $"(function () {{ var fn = {body}\n; return fn; }})";
        try
        {
            Prepared = Engine.PrepareScript(Function, "procedure", strict: false);
            var nodes = Prepared.Program!.DescendantNodes().ToList();
            UsesPromises = nodes.Exists(node => node is Identifier { Name: "Promise" } or AwaitExpression or IFunction { Async: true } or ImportExpression);
            ReadsParametersOnly = !nodes.Exists(node => node is Identifier { Name: "arguments" }
                || (node is IFunction function && function.Params.Any(parameter => parameter is RestElement or AssignmentPattern)));
            LeavesPrototypesAlone = !nodes.Exists(node => node is Identifier { Name: var name } && PrototypeNames.Contains(name)
                || node is StringLiteral { Value: var text } && PrototypeNames.Contains(text));
            LeavesGlobalsAlone = nodes.TrueForAll(node => node is not Identifier { Name: "globalThis" } and not ThisExpression)
                && nodes.OfType<IFunction>().Skip(1).FirstOrDefault() is { Body: FunctionBody { Strict: true } }
                && nodes.OfType<FunctionBody>().First().Body.Count == 2;
        }
        catch (ParseErrorException error)
        {
            Error = $"SyntaxError: {error.Message}";
        }
        catch (ScriptPreparationException error)
        {
            Error = $"SyntaxError: {error.InnerException?.Message ?? error.Message}";
        }
    }

    /// <summary>A function that makes the procedure's function, with all that stands beside it: once for each run.</summary>
    public string Function { get; }

    /// <summary>The same, parsed.</summary>
    public Prepared<Script> Prepared { get; }

    /// <summary>Why it does not compile; null where it does.</summary>
    public string? Error { get; }

    /// <summary>Whether something may go on when its functions have returned.</summary>
    public bool UsesPromises { get; }

    /// <summary>Whether none of its functions can see more arguments than it has parameters.</summary>
    public bool ReadsParametersOnly { get; }

    /// <summary>Whether it is one function in strict mode that has no name for the global object.</summary>
    public bool LeavesGlobalsAlone { get; }

    /// <summary>Whether it has no name for what its objects inherit.</summary>
    public bool LeavesPrototypesAlone { get; }

    public static ProcedureText Of(string body) => new(body);
}
