using Acornima;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Mutants;

/// <summary>Mutants are scripts with one mistake, regardless of its style.</summary>
public sealed class ScriptMistakesTests
{
    [Theory]
    [InlineData("function f(a) { return !a.ended && a.at - 1 > now; }", "return a.ended && a.at - 1 > now", "!a.ended || a.at - 1 > now", "!a.ended && a.at - 1 >= now", "!a.ended && a.at + 1 > now", "!a.ended && a.at - 2 > now")]
    [InlineData("const f = (a) => !a.ended && a.at - 1 > now;", "=> a.ended && a.at - 1 > now", "!a.ended || a.at - 1 > now", "!a.ended && a.at - 1 >= now", "!a.ended && a.at + 1 > now", "!a.ended && a.at - 2 > now")]
    [InlineData("function f() { return { by: 'anna', is: true }; }", "{ is: true }", "{ by: 'anna' }", "{ by: 'other', is: true }", "{ by: 'anna', is: false }")]
    [InlineData("const f = () => ({ by: 'anna', is: true });", "{ is: true }", "{ by: 'anna' }", "{ by: 'other', is: true }", "{ by: 'anna', is: false }")]
    [InlineData("if (a)\n  b();\nelse c({ d });", "if (false)\n  b();", "if (true)\n  b();", "if (a)\n  ;", "else ;", "c({})")]
    [InlineData("const f = x\n  ? 'a' // or not: x > 1\n  : y;", "x ? y : 'a'", "'other' // or not: x > 1")]
    [InlineData("list.filter(f).sort(g);", "list.sort(g);", "list.filter(f);", ";")]
    [InlineData("'use strict'; // f() + 1\n/* a > b */")]
    public void EachMistake_IsMadeOnceAtEachPlace(string script, params string[] mutants)
    {
        var made = Mutant.Of(script + "\n");

        Assert.Equal(mutants.Length, made.Count);
        Assert.All(mutants, text => Assert.Single(made, mutant => mutant.Body.Contains(text, StringComparison.Ordinal) && !script.Contains(text, StringComparison.Ordinal) || mutant.Body == text + "\n"));
    }

    [Fact]
    public void EachMutantOfTheProcedure_IsAScript() =>
        Assert.All(Mutant.Of(StreamsProcedure.Body), mutant => new Parser().ParseScript(mutant.Body));
}
