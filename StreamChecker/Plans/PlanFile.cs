using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamChecker.Plans;

/// <summary>The names of tags and plans.</summary>
internal static partial class PlanText
{
    /// <summary>The most tags of a stream.</summary>
    public const int MaxTags = 8;

    /// <summary>The most bytes of a stream's tags: names and values together, in UTF-8.</summary>
    public const int MaxTagBytes = 256;

    /// <summary>Fields of a start, which no tag may be named after.</summary>
    public static bool IsField(string name) => name is "streamId" or "deviceId" or "userId";

    /// <summary>What is wrong with a tag's name; null if nothing is.</summary>
    public static string? TagNameError(string name) =>
        !TagName().IsMatch(name) ? "must be a lower-case letter, then up to 31 letters or digits"
        : IsField(name) ? "is the name of a field; use another name"
        : null;

    /// <summary>What is wrong with the tags of a stream, and with which of them, or null with all together; null if nothing is.</summary>
    public static (string? Name, string Error)? TagsError(IReadOnlyDictionary<string, string> tags)
    {
        var bytes = 0;
        foreach (var (name, value) in tags)
        {
            if (TagNameError(name) is { } ofName)
            {
                return (name, ofName);
            }

            if (FieldText.Error(value) is { } ofValue)
            {
                return (name, ofValue);
            }

            bytes += name.Length + Encoding.UTF8.GetByteCount(value);
        }

        return tags.Count > MaxTags ? (null, $"must be {MaxTags} at most")
            : bytes > MaxTagBytes ? (null, $"must have {MaxTagBytes} bytes at most, names and values together")
            : null;
    }

    /// <summary>Whether a text can be the name of a plan or a rule.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex("^[a-z][A-Za-z0-9]{0,31}\\z")]
    private static partial Regex TagName();

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}\\z")]
    private static partial Regex Name();
}

/// <summary>Reads plans from JSON, and says of each error in which plan and rule it is.</summary>
internal sealed class PlanFile
{
    /// <summary>The most rules of a plan.</summary>
    public const int MaxRules = 16;

    private const string NameRule = "must have 1 to 64 lower-case letters, digits or hyphens, and begin with a letter or digit";
    private const string RuleMembers = "a rule has name, limit, where, per, distinct, require, onLimit and mode, and is an upper limit";

    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false,
    };

    private readonly string source;
    private readonly List<string> errors = [];
    private string place = "";

    private PlanFile(string source) => this.source = source;

    /// <summary>Reads the plans of a file.</summary>
    /// <param name="source">The name of the file or setting, for the errors.</param>
    /// <param name="json">The content.</param>
    /// <param name="plans">The plans, in the order of the file; empty if there are errors.</param>
    /// <returns>The errors, each with source, plan and rule.</returns>
    public static IReadOnlyList<string> Read(string source, string json, out IReadOnlyList<Plan> plans)
    {
        var file = new PlanFile(source);
        plans = [];
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            plans = file.Plans(document.RootElement);
        }
        catch (JsonException malformed)
        {
            file.Reject($"is not valid JSON: {malformed.Message}");
        }

        plans = file.errors.Count == 0 ? plans : [];
        return file.errors;
    }

    private List<Plan> Plans(JsonElement root)
    {
        List<Plan> plans = [];
        if (root.ValueKind != JsonValueKind.Object)
        {
            Reject("must be an object with a member for each plan");
            return plans;
        }

        foreach (var member in root.EnumerateObject())
        {
            if (member.NameEquals("$schema"))
            {
                continue;
            }

            place = $", plan \"{member.Name}\"";
            if (!PlanText.IsName(member.Name))
            {
                Reject($"its name {NameRule}");
            }

            if (Rules(member.Value) is { } rules)
            {
                plans.Add(new(member.Name, Plan.WithMaximum(rules)));
            }
        }

        place = "";
        if (errors.Count == 0 && plans.Count == 0)
        {
            Reject("has no plan");
        }

        return plans;
    }

    /// <summary>The rules of a plan; null if one of them is invalid.</summary>
    private List<PlanRule>? Rules(JsonElement plan)
    {
        if (plan.ValueKind != JsonValueKind.Object || !plan.TryGetProperty("rules", out var array) || array.ValueKind != JsonValueKind.Array)
        {
            return Reject("must be an object with the array \"rules\"");
        }

        foreach (var member in plan.EnumerateObject().Where(member => !member.NameEquals("rules")))
        {
            Reject($"has the unknown member \"{member.Name}\"; a plan has rules");
        }

        var (ofPlan, before, number) = (place, errors.Count, 0);
        List<PlanRule> rules = [];
        foreach (var element in array.EnumerateArray())
        {
            number++;
            place = $"{ofPlan}, rule {number}";
            if (Rule(element, ofPlan) is not { } rule)
            {
                continue;
            }

            if (rules.Exists(other => other.Name == rule.Name))
            {
                Reject("has the name of another rule");
            }

            rules.Add(rule);
        }

        place = ofPlan;
        if (number is 0 or > MaxRules)
        {
            Reject($"must have 1 to {MaxRules} rules");
        }

        if (before == errors.Count && !rules.Exists(rule => rule.Name == Plan.AllStreams))
        {
            Reject($"has no rule \"{Plan.AllStreams}\", the limit on all streams");
        }

        return before == errors.Count ? rules : null;
    }

    private PlanRule? Rule(JsonElement element, string ofPlan)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return RejectRule("must be an object");
        }

        var name = element.TryGetProperty("name", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : null;
        if (name is null)
        {
            return RejectRule("has no name");
        }

        place = $"{ofPlan}, rule \"{name}\"";
        if (!PlanText.IsName(name))
        {
            Reject($"its name {NameRule}");
        }
        else if (name == Plan.Maximum)
        {
            Reject("has a name that the service uses itself");
        }

        var before = errors.Count;
        var rule = new PlanRule { Name = name, Limit = 0 };
        var (hasLimit, requires) = (false, false);
        foreach (var member in element.EnumerateObject())
        {
            switch (member.Name)
            {
                case "name":
                    break;
                case "limit":
                    (rule, hasLimit) = (rule with { Limit = Limit(member.Value) }, true);
                    break;
                case "where":
                    rule = rule with { Where = Where(member.Value) };
                    break;
                case "per":
                    rule = rule with { Per = Value(member) };
                    break;
                case "distinct":
                    rule = rule with { Distinct = Value(member) };
                    break;
                case "require":
                    requires = Flag(member);
                    break;
                case "onLimit":
                    rule = rule with { OnLimit = Choice(member, "reject", "replaceOldest") == 1 ? OnLimit.ReplaceOldest : OnLimit.Reject };
                    break;
                case "mode":
                    rule = rule with { Observe = Choice(member, "enforce", "observe") == 1 };
                    break;
                default:
                    Reject($"has the unknown member \"{member.Name}\"; {RuleMembers}");
                    break;
            }
        }

        if (!hasLimit)
        {
            Reject("has no limit");
        }

        if (rule is { Per: not null, Distinct: not null })
        {
            Reject("has both per and distinct; make two rules of it");
        }

        if (errors.Count > before)
        {
            return null;
        }

        if (name == Plan.AllStreams && rule.Values.Any())
        {
            return RejectRule("counts all streams: it can have no where, per or distinct");
        }

        if (requires && !rule.Values.Any())
        {
            return RejectRule("requires no value, since it has no where, per or distinct");
        }

        return requires && !rule.Observe ? rule with { Require = [.. rule.Values] } : rule;
    }

    private int Limit(JsonElement limit)
    {
        if (limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var number) && number is >= 0 and <= UserLimit.Largest)
        {
            return number;
        }

        Reject($"limit must be a whole number from 0 to {UserLimit.Largest}");
        return 0;
    }

    private Dictionary<string, IReadOnlyList<string>> Where(JsonElement where)
    {
        Dictionary<string, IReadOnlyList<string>> values = [];
        if (where.ValueKind != JsonValueKind.Object || !where.EnumerateObject().Any())
        {
            Reject("where must be an object with a member for each tag");
            return values;
        }

        foreach (var tag in where.EnumerateObject())
        {
            if (PlanText.TagNameError(tag.Name) is { } error)
            {
                Reject($"where: the tag \"{tag.Name}\" {error}");
            }
            else if (tag.Value.ValueKind != JsonValueKind.Array || tag.Value.GetArrayLength() == 0
                || tag.Value.EnumerateArray().Any(value => value.ValueKind != JsonValueKind.String || FieldText.Error(value.GetString()!) is not null))
            {
                Reject($"where: the tag \"{tag.Name}\" must have an array of texts, at least one");
            }
            else
            {
                values[tag.Name] = [.. tag.Value.EnumerateArray().Select(value => value.GetString()!)];
            }
        }

        return values;
    }

    /// <summary>The name of the tag or field whose values a rule reads.</summary>
    private string? Value(JsonProperty member)
    {
        var name = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : "";
        if (PlanRule.Fields.Contains(name) || PlanText.TagNameError(name) is null)
        {
            return name;
        }

        Reject($"{member.Name} must be streamId, deviceId or the name of a tag");
        return null;
    }

    private bool Flag(JsonProperty member)
    {
        if (member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Reject($"{member.Name} must be true or false");
        }

        return member.Value.ValueKind == JsonValueKind.True;
    }

    private int Choice(JsonProperty member, string first, string second)
    {
        var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null;
        if (text != first && text != second)
        {
            Reject($"{member.Name} must be \"{first}\" or \"{second}\"");
        }

        return text == second ? 1 : 0;
    }

    private List<PlanRule>? Reject(string error)
    {
        errors.Add($"{source}{place}: {error}.");
        return null;
    }

    private PlanRule? RejectRule(string error)
    {
        Reject(error);
        return null;
    }
}
