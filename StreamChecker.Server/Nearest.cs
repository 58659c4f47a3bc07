namespace StreamChecker.Server;

/// <summary>What a misspelled name was meant to be.</summary>
internal static class Nearest
{
    /// <summary>The name that the fewest letters make of the given one.</summary>
    public static string To(string given, IReadOnlyCollection<string> names) => names.MinBy(name => Distance(given, name))!;

    /// <summary>How many letters to put in, leave out or change (Levenshtein), whatever their case.</summary>
    public static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[other.Length];
    }
}
