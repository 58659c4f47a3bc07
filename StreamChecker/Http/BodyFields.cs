using System.Text.Json;

namespace StreamChecker.Http;

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

    public string? RequiredText(string name) => Required(name) is { } value ? FieldTextOf(name, value) : null;

    public string? OptionalText(string name) => Optional(name) is { } value ? FieldTextOf(name, value) : null;

    public int RequiredWholeNumber(string name, int least, int most)
    {
        if (Required(name) is not { } value)
        {
            return 0;
        }

        // 3.0 and 3e0 are whole numbers too, as JSON Schema has it.
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsInteger(number) && number >= least && number <= most)
        {
            return (int)number;
        }

        Refuse(name, $"must be a whole number from {least} to {most}");
        return 0;
    }

    public OnLimit OnLimit(string name) => (Optional(name) is { } value ? Text(name, value) : null) switch
    {
        null or "reject" => StreamChecker.OnLimit.Reject,
        "replaceOldest" => StreamChecker.OnLimit.ReplaceOldest,
        _ => Refuse<OnLimit>(name, "must be \"reject\" or \"replaceOldest\""),
    };

    public IReadOnlyList<StreamRecordId> RecordIds(string name)
    {
        if (Optional(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Refuse(name, "must be an array of ids of stream records");
            return [];
        }

        var ids = new List<StreamRecordId>(value.GetArrayLength());
        foreach (var element in value.EnumerateArray())
        {
            if (Text($"{name}[{ids.Count}]", element) is not { } text)
            {
                return [];
            }

            if (!StreamRecordId.TryParse(text, out var id))
            {
                Refuse($"{name}[{ids.Count}]", "is not the id of a stream record");
                return [];
            }

            ids.Add(id);
        }

        return ids;
    }

    private JsonElement? Required(string name)
    {
        if (Problem is null && !members.ContainsKey(name))
        {
            Refuse(name, "is missing");
        }

        return Problem is null ? members[name] : null;
    }

    /// <summary>A member that may be missing; null is the same as missing.</summary>
    private JsonElement? Optional(string name) =>
        Problem is null && members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string? FieldTextOf(string name, JsonElement value)
    {
        var text = Text(name, value);
        if (text is not null && FieldText.Flaw(text) is { } flaw)
        {
            Refuse(name, flaw);
            return null;
        }

        return text;
    }

    private string? Text(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(name, "must be a string");
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            Refuse(name, "must be valid Unicode");
            return null;
        }
    }

    private void Refuse(string name, string flaw) => Problem = Problem.InvalidField(name, flaw);

    private T? Refuse<T>(string name, string flaw)
    {
        Refuse(name, flaw);
        return default;
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
