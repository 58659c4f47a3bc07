namespace InProcessCosmos.Queries;

internal enum QueryTokenKind
{
    End,

    /// <summary>A name or a keyword.</summary>
    Word,
    Parameter,
    Text,
    Number,
    Symbol,
}

/// <summary>One word, literal or symbol of a query.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As it stands there; of a text literal, what it says.</param>
/// <param name="Position">Where it begins.</param>
internal readonly record struct QueryToken(QueryTokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => Kind == QueryTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == QueryTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
