using System.Globalization;
using System.Text;

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

/// <summary>Takes a query's text apart.</summary>
internal sealed class QueryTokens(string text)
{
    private static readonly string[] Symbols = ["!=", "<>", "<=", ">=", "??", "||", "*", "(", ")", "[", "]", "{", "}", ",", ".", ":", "?", "=", "<", ">", "+", "-", "/", "%"];

    private int position;

    public static List<QueryToken> Read(string text)
    {
        var reader = new QueryTokens(text);
        var tokens = new List<QueryToken>();
        do
        {
            tokens.Add(reader.Next());
        }
        while (tokens[^1].Kind != QueryTokenKind.End);
        return tokens;
    }

    private QueryToken Next()
    {
        SkipSpace();
        var start = position;
        if (start == text.Length)
        {
            return new(QueryTokenKind.End, "", start);
        }

        return text[start] switch
        {
            '\'' or '"' => new(QueryTokenKind.Text, ReadText(), start),
            '@' => new(QueryTokenKind.Parameter, "@" + ReadWord(start + 1), start),
            var letter when char.IsLetter(letter) || letter == '_' => new(QueryTokenKind.Word, ReadWord(start), start),
            var digit when char.IsAsciiDigit(digit) => new(QueryTokenKind.Number, ReadNumber(), start),
            '.' when start + 1 < text.Length && char.IsAsciiDigit(text[start + 1]) => new(QueryTokenKind.Number, ReadNumber(), start),
            _ => new(QueryTokenKind.Symbol, ReadSymbol(), start),
        };
    }

    private void SkipSpace()
    {
        while (position < text.Length)
        {
            if (char.IsWhiteSpace(text[position]))
            {
                position++;
            }
            else if (text.AsSpan(position).StartsWith("--", StringComparison.Ordinal))
            {
                var end = text.IndexOf('\n', position);
                position = end < 0 ? text.Length : end;
            }
            else
            {
                return;
            }
        }
    }

    private string ReadWord(int start)
    {
        position = start;
        while (position < text.Length && (char.IsLetterOrDigit(text[position]) || text[position] == '_'))
        {
            position++;
        }

        return position > start ? text[start..position] : throw Error("a name is missing", start);
    }

    private string ReadNumber()
    {
        var start = position;
        while (position < text.Length
            && (char.IsAsciiDigit(text[position]) || text[position] is '.' or 'e' or 'E'
                || (text[position] is '+' or '-' && text[position - 1] is 'e' or 'E')))
        {
            position++;
        }

        var number = text[start..position];
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? number : throw Error($"'{number}' is no number", start);
    }

    private string ReadText()
    {
        var start = position;
        var quote = text[position++];
        var read = new StringBuilder();
        while (position < text.Length && text[position] != quote)
        {
            read.Append(text[position] == '\\' ? ReadEscape() : text[position]);
            position++;
        }

        if (position++ >= text.Length)
        {
            throw Error("a string does not end", start);
        }

        return read.ToString();
    }

    private char ReadEscape()
    {
        var start = position++;
        switch (position < text.Length ? text[position] : '\0')
        {
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when position + 4 < text.Length
                && ushort.TryParse(text.AsSpan(position + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                position += 4;
                return (char)code;
            case var self and ('\\' or '/' or '\'' or '"'): return self;
            default: throw Error("a string has an unknown escape", start);
        }
    }

    private string ReadSymbol()
    {
        var symbol = Array.Find(Symbols, symbol => text.AsSpan(position).StartsWith(symbol, StringComparison.Ordinal))
            ?? throw Error($"'{text[position]}' is not supported", position);
        position += symbol.Length;
        return symbol;
    }

    private static FeedQueryException Error(string what, int at) => new($"Syntax error in the query, at position {at}: {what}.");
}
