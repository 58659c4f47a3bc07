using System.Text.Json;

namespace StreamChecker.Api;

/// <summary>The members of a JSON object, read one by one. The first that is wrong becomes the problem, by its name.</summary>
internal sealed class BodyFields
{
    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);

    public BodyFields(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            Problem = Problem.InvalidBody("The body must be a JSON object.");
            return;
        }

        foreach (var member in body.EnumerateObject())
        {
            if (NameOf(member) is not { } name)
            {
                Problem = Problem.InvalidBody("The body has a member whose name is not valid Unicode.");
                return;
            }

            if (!members.TryAdd(name, member.Value))
            {
                Problem = Problem.InvalidField(name, "is given more than once");
                return;
            }
        }
    }

    /// <summary>What is wrong with the members read so far; null where nothing is.</summary>
    public Problem? Problem { get; private set; }

    public string? RequiredText(string name)
    {
        if (Problem is null && !members.ContainsKey(name))
        {
            Problem = Problem.InvalidField(name, "is missing");
        }

        return Problem is null ? Text(name, members[name]) : null;
    }

    /// <summary>A text that may be missing; null is the same as missing.</summary>
    public string? OptionalText(string name) =>
        Problem is null && members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? Text(name, value) : null;

    private string? Text(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Problem = Problem.InvalidField(name, "must be a string");
            return null;
        }

        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            Problem = Problem.InvalidField(name, "must be valid Unicode");
            return null;
        }

        if (FieldText.Flaw(text) is { } flaw)
        {
            Problem = Problem.InvalidField(name, flaw);
            return null;
        }

        return text;
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
