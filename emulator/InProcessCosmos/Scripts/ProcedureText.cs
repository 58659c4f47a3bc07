using System.Collections.Frozen;
using Acornima;
using Acornima.Ast;
using Jint;

namespace InProcessCosmos.Scripts;

/// <summary>
/// The parsed text of a stored procedure. As in Cosmos DB, it is the right-hand side of <c>var fn = </c>: functions, constants and
/// comments may follow the main function, and it runs in sloppy mode unless it contains 'use strict'.
/// </summary>
internal sealed class ProcedureText
{
    // The names with which a script can reach the prototypes of its objects.
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

    /// <summary>The source of a function that returns the procedure's main function. It is called for each run, which resets the other declarations.</summary>
    public string Function { get; }

    /// <summary>The parsed form of <see cref="Function"/>.</summary>
    public Prepared<Script> Prepared { get; }

    /// <summary>The compile error; null if there is none.</summary>
    public string? Error { get; }

    /// <summary>Whether it uses promises, whose continuations run after its functions have returned.</summary>
    public bool UsesPromises { get; }

    /// <summary>Whether no function reads more arguments than it declares.</summary>
    public bool ReadsParametersOnly { get; }

    /// <summary>Whether it is one strict-mode function that cannot refer to the global object.</summary>
    public bool LeavesGlobalsAlone { get; }

    /// <summary>Whether it cannot refer to the prototypes of its objects.</summary>
    public bool LeavesPrototypesAlone { get; }

    public static ProcedureText Of(string body) => new(body);
}
