using System.Globalization;
using Acornima;
using Acornima.Ast;

namespace StreamChecker.Reliability.Mutants;

/// <summary>The mistakes that can be made in a script: a wrong operator, a wrong constant, a condition or a statement left out.</summary>
internal static class ScriptMistakes
{
    private static readonly Dictionary<string, string> WrongOperators = new()
    {
        [">="] = ">", [">"] = ">=", ["<="] = "<", ["<"] = "<=", ["==="] = "!==", ["!=="] = "===", ["&&"] = "||", ["||"] = "&&", ["??"] = "&&",
        ["+"] = "-", ["-"] = "+", ["*"] = "/", ["/"] = "*", ["%"] = "*", ["+="] = "-=", ["-="] = "+=", ["++"] = "--", ["--"] = "++",
    };

    private static readonly Dictionary<string, string> WrongFunctions = new()
    {
        ["some"] = "every", ["every"] = "some", ["max"] = "min", ["min"] = "max", ["ceil"] = "floor", ["floor"] = "ceil", ["find"] = "findLast",
    };

    /// <summary>What gives back something of the kind that it was asked of, so that it can be forgotten.</summary>
    private static readonly HashSet<string> Forgettable = ["filter", "sort", "slice", "concat", "splice"];

    public static IEnumerable<ScriptMistake> In(Node script, string text) => script.ChildNodes.SelectMany(node => In(node, script, text));

    private static IEnumerable<ScriptMistake> In(Node node, Node parent, string text) => node is Directive
        ? []
        : Of(node, parent, text).Concat(node.ChildNodes.SelectMany(child => In(child, node, text)));

    private static IEnumerable<ScriptMistake> Of(Node node, Node parent, string text) => node switch
    {
        BinaryExpression binary => WrongOperator(binary.Left.End, binary.Right.Start, text),
        AssignmentExpression assignment => WrongOperator(assignment.Left.End, assignment.Right.Start, text),
        UpdateExpression { Prefix: true } update => WrongOperator(update.Start, update.Argument.Start, text),
        UpdateExpression update => WrongOperator(update.Argument.End, update.End, text),
        UnaryExpression { Operator: Operator.LogicalNot } not => [new(not.Start, not.Argument.Start, "")],
        BooleanLiteral boolean => [Instead(boolean, boolean.Value ? "false" : "true")],
        NumericLiteral number => [Instead(number, (number.Value + 1).ToString(CultureInfo.InvariantCulture))],
        StringLiteral literal when !NamesAMember(literal, parent) => [Instead(literal, "'other'")],
        ConditionalExpression choice =>
        [
            Instead(choice, $"{text[choice.Start..choice.Test.End]} ? {text[choice.Alternate.Start..choice.Alternate.End]} : {text[choice.Consequent.Start..choice.Consequent.End]}"),
        ],
        IfStatement check => [Instead(check.Test, "false"), Instead(check.Test, "true")],
        WhileStatement loop => [Instead(loop.Test, "false")],
        CallExpression { Callee: MemberExpression { Property: Identifier function } member } call => Call(call, member, function),
        ExpressionStatement statement => [Instead(statement, ";")],
        ThrowStatement thrown when parent is not IfStatement => [Instead(thrown, ";")],
        ObjectExpression made => Forgotten(made),
        _ => [],
    };

    private static IEnumerable<ScriptMistake> WrongOperator(int start, int end, string text)
    {
        var written = text[start..end].Trim(' ', '\n', '\r', '(', ')');
        return WrongOperators.TryGetValue(written, out var wrong)
            ? [new(text.IndexOf(written, start, StringComparison.Ordinal), text.IndexOf(written, start, StringComparison.Ordinal) + written.Length, wrong)]
            : [];
    }

    private static IEnumerable<ScriptMistake> Call(CallExpression call, MemberExpression member, Identifier function) =>
        WrongFunctions.TryGetValue(function.Name, out var wrong) ? [Instead(function, wrong)]
        : Forgettable.Contains(function.Name) ? [new(member.Object.End, call.End, "")]
        : [];

    /// <summary>Each member of an object left out once.</summary>
    private static IEnumerable<ScriptMistake> Forgotten(ObjectExpression made)
    {
        for (var i = 0; i < made.Properties.Count; i++)
        {
            yield return made.Properties.Count == 1 ? new(made.Start, made.End, "{}")
                : i == 0 ? new(made.Properties[0].Start, made.Properties[1].Start, "")
                : new(made.Properties[i - 1].End, made.Properties[i].End, "");
        }
    }

    private static bool NamesAMember(StringLiteral literal, Node parent) => parent is Property property && property.Key == literal;

    private static ScriptMistake Instead(Node node, string text) => new(node.Start, node.End, text);
}

/// <summary>What stands in a script's text by mistake in place of what is there.</summary>
internal readonly record struct ScriptMistake(int Start, int End, string Text);
