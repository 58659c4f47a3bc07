using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Reliability.Mutants;

/// <summary>A text of the stored procedure with one mistake in it.</summary>
internal sealed partial record Mutant(int Line, string Change, string Body)
{
    private static readonly (string Pattern, string Replacement)[] Mistakes =
    [
        (@" >= ", " > "), (@" > ", " >= "), (@" <= ", " < "), (@" < ", " <= "), (@" === ", " !== "), (@" !== ", " === "),
        (@" && ", " || "), (@" \|\| ", " && "), (@" \+ ", " - "), (@" - ", " + "), (@"\+\+", "--"), (@"Math\.max", "Math.min"),
        (@"(?<=[( ])!(?=[a-zA-Z(])", ""), (@"\btrue\b", "false"), (@"\bfalse\b", "true"), (@"(?<=\? )([^:?;]+) : ([^;]+?)(?=;)", "$2 : $1"),
        (@"(?<=[ (,\[])0(?=[;,)\] ])", "1"), (@"(?<=[ (,])1(?=[;,) ])", "2"), (@"\b(10000|600|1000)\b", "0"), (@"(?<=\* )2", "3"), (@"/ 2", "/ 3"),
        (@"\.some\(", ".every("), (@"'(replaced|stopped|expired|unknown|unused)'", "'other'"), (@"\bif \(([^;{]*?)\) (?=return|throw|now|limitDocument|lapsing|active|end|held)", "if (false) "),
        (@"\belse if \(", "if ("),
    ];

    /// <summary>One mistake of each kind at each place, and each statement left out once.</summary>
    public static IReadOnlyList<Mutant> Of(string body)
    {
        var mutants = new List<Mutant>();
        var lines = body.Split('\n');
        var inComment = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            inComment = inComment ? !line.Contains("*/", StringComparison.Ordinal) : line.TrimStart().StartsWith("/*", StringComparison.Ordinal) && !line.Contains("*/", StringComparison.Ordinal);
            if (inComment || Comment().IsMatch(line) || line.Contains("default: throw", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var (pattern, replacement) in Mistakes)
            {
                foreach (Match match in Regex.Matches(line, pattern))
                {
                    Add(i, line[..match.Index] + new Regex(pattern).Replace(line[match.Index..], replacement, 1));
                }
            }

            if (Statement().IsMatch(line))
            {
                Add(i, "");
            }
        }

        return mutants;

        void Add(int at, string changed)
        {
            if (changed != lines[at])
            {
                var text = string.Join('\n', lines.Select((line, i) => i == at ? changed : line));
                mutants.Add(new(at + 1, $"{lines[at].Trim()}  ->  {changed.Trim()}", text));
            }
        }
    }

    [GeneratedRegex(@"^\s*(//|/\*|\*)")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\s+(?!const|let|return|throw|case|default|'use)[a-zA-Z][^{}]*\);$|^\s+[a-zA-Z.]+ = [^{}]*;$")]
    private static partial Regex Statement();
}
