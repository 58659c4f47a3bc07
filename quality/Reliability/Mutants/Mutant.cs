using Acornima;

namespace StreamChecker.Reliability.Mutants;

/// <summary>A text of the stored procedure with one mistake in it.</summary>
internal sealed record Mutant(int Line, string Change, string Body)
{
    /// <summary>Each mistake at each place, by the syntax of the text: how it is laid out makes no difference.</summary>
    public static IReadOnlyList<Mutant> Of(string body) =>
    [
        .. ScriptMistakes.In(new Parser().ParseScript(body), body)
            .Select(mistake => Made(body, mistake))
            .DistinctBy(mutant => mutant.Body),
    ];

    private static Mutant Made(string body, ScriptMistake mistake)
    {
        var changed = body[..mistake.Start] + mistake.Text + body[mistake.End..];
        var first = body[..mistake.Start].LastIndexOf('\n') + 1;
        var last = body.IndexOf('\n', mistake.End);
        var before = body[first..last].Trim();
        var after = (body[first..mistake.Start] + mistake.Text + body[mistake.End..last]).Trim();
        return new(body[..first].Count(letter => letter == '\n') + 1, $"{OneLine(before)}  ->  {OneLine(after)}", changed);
    }

    private static string OneLine(string text) => string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries));
}
