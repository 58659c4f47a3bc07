namespace InProcessCosmos.Queries;

/// <summary>Walks along a query's tokens.</summary>
internal sealed class QueryCursor(string text)
{
    private readonly List<QueryToken> tokens = QueryTokens.Read(text);
    private int next;

    public QueryToken Next => tokens[next];

    /// <summary>The token after the next one.</summary>
    public QueryToken Then => tokens[Math.Min(next + 1, tokens.Count - 1)];

    public QueryToken Take() => tokens[next].Kind == QueryTokenKind.End ? tokens[next] : tokens[next++];

    public bool TryTake(string symbol) => Next.Is(symbol) && Take().Is(symbol);

    public bool TryTakeWord(string word) => Next.IsWord(word) && Take().IsWord(word);

    public void Expect(string symbol)
    {
        if (!TryTake(symbol))
        {
            throw Unexpected($"'{symbol}' is expected");
        }
    }

    public void ExpectWord(string word)
    {
        if (!TryTakeWord(word))
        {
            throw Unexpected($"{word} is expected");
        }
    }

    public string ExpectName() => Next.Kind == QueryTokenKind.Word ? Take().Text : throw Unexpected("a name is expected");

    /// <summary>Moves past the first occurrence of a keyword; false if there is none.</summary>
    public bool TryGoBehind(string word)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            // Behind a dot it is the name of a member.
            if (tokens[i].IsWord(word) && (i == 0 || !tokens[i - 1].Is(".")))
            {
                next = i + 1;
                return true;
            }
        }

        return false;
    }

    public void GoBack() => next = 0;

    public FeedQueryException Unexpected(string instead) => new(
        $"Syntax error in the query, at position {Next.Position}: {instead}{(Next.Kind == QueryTokenKind.End ? ", and it ends" : $", not '{Next.Text}'")}.");
}
