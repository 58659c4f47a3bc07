using System.Buffers;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamChecker.Plans;

/// <summary>
/// The rules for the concurrent streams of a user, as a start sends them to the stored procedure. One of them has the name
/// <see cref="AllStreams"/> and counts all streams.
/// </summary>
[JsonConverter(typeof(PlanConverter))]
public sealed class Plan : IEquatable<Plan>
{
    /// <summary>The name of the plan of users without one.</summary>
    public const string Default = "default";

    /// <summary>The name of the rule that counts all streams; a user's own limit overrides its limit.</summary>
    public const string AllStreams = "streams";

    /// <summary>The name of the enforced rule that a plan has if its rule <see cref="AllStreams"/> is only observed.</summary>
    public const string Maximum = "service-maximum";

    private const int HashLength = 12;

    private readonly byte[] json;

    internal Plan(string name, IReadOnlyList<PlanRule> rules)
    {
        (Name, Rules) = (name, rules);
        Limit = rules.Single(rule => rule.Name == AllStreams).Limit;
        json = Write(name, rules);
        Hash = Convert.ToHexStringLower(SHA256.HashData(json))[..HashLength];
    }

    /// <summary>The plan's name.</summary>
    public string Name { get; }

    /// <summary>The rules, in the order of the file.</summary>
    public IReadOnlyList<PlanRule> Rules { get; }

    /// <summary>The limit of the rule <see cref="AllStreams"/>.</summary>
    public int Limit { get; }

    /// <summary>The first digits of the SHA-256 hash of the name and the rules: equal on instances with the same plan.</summary>
    public string Hash { get; }

    /// <summary>The tags that the rules read, in alphabetical order.</summary>
    public IReadOnlyList<string> Tags =>
        [.. Rules.SelectMany(rule => rule.Values).Where(value => !PlanRule.Fields.Contains(value)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The plan with one rule: a limit on all streams.</summary>
    /// <param name="limit">0 to 100.</param>
    public static Plan OfLimit(int limit) => new(Default, [new() { Name = AllStreams, Limit = limit }]);

    /// <summary>The same rules under another name.</summary>
    internal Plan Named(string name) => new(name, Rules);

    /// <summary>The same rules, all of them observed but for the service's maximum.</summary>
    internal Plan Observed() => new(Name, WithMaximum([.. Rules.Select(rule => rule with { Observe = true })]));

    /// <summary>Keeps the number of streams bounded where the rule for all streams is not enforced.</summary>
    internal static IReadOnlyList<PlanRule> WithMaximum(IReadOnlyList<PlanRule> rules)
    {
        var others = rules.Where(rule => rule.Name != Maximum).ToArray();
        return others.Any(rule => rule is { Name: AllStreams, Observe: true })
            ? [.. others, new() { Name = Maximum, Limit = UserLimit.Largest, OnLimit = StreamChecker.OnLimit.Reject }]
            : others;
    }

    /// <inheritdoc/>
    public bool Equals(Plan? other) => other is not null && json.AsSpan().SequenceEqual(other.json);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Plan);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(json);

    internal void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(json, skipInputValidation: true);

    private static byte[] Write(string name, IReadOnlyList<PlanRule> rules)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WritePropertyName("rules");
        JsonSerializer.Serialize(writer, rules, PlanJson.Default.IReadOnlyListPlanRule);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>An upper limit on the user's active streams, or on the distinct values of one of their values.</summary>
public sealed record PlanRule
{
    /// <summary>What a rule can read of a stream, other than its tags.</summary>
    internal static readonly FrozenSet<string> Fields = FrozenSet.Create(StringComparer.Ordinal, "streamId", "deviceId");

    /// <summary>The name in responses and metrics; unique in the plan.</summary>
    public required string Name { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Limit { get; init; }

    /// <summary>The values of tags, one of which a stream must have for the rule to apply to it; null for all streams.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Where { get; init; }

    /// <summary>The tag or field for each value of which streams are counted separately; null to count them together.</summary>
    public string? Per { get; init; }

    /// <summary>The tag or field whose distinct values are counted, rather than the streams.</summary>
    public string? Distinct { get; init; }

    /// <summary>The tags and fields without which a start is rejected; null for none.</summary>
    public IReadOnlyList<string>? Require { get; init; }

    /// <summary>The behaviour at the limit; null for that of the start.</summary>
    public OnLimit? OnLimit { get; init; }

    /// <summary>Whether the rule is evaluated and not enforced.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Observe { get; init; }

    /// <summary>The tags and fields that the rule reads.</summary>
    [JsonIgnore]
    internal IEnumerable<string> Values => [.. Where?.Keys ?? [], .. Per is null ? [] : new[] { Per }, .. Distinct is null ? [] : new[] { Distinct }];
}

/// <summary>A plan as it is sent: written as it was compiled.</summary>
internal sealed class PlanConverter : JsonConverter<Plan>
{
    public override Plan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var sent = JsonSerializer.Deserialize(ref reader, PlanJson.Default.SentPlan)!;
        return new(sent.Name, sent.Rules);
    }

    public override void Write(Utf8JsonWriter writer, Plan value, JsonSerializerOptions options) => value.WriteTo(writer);
}

/// <summary>The members of a plan as it is sent.</summary>
internal sealed record SentPlan(string Name, IReadOnlyList<PlanRule> Rules);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<PlanRule>))]
[JsonSerializable(typeof(SentPlan))]
internal sealed partial class PlanJson : JsonSerializerContext;
