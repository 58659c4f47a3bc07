using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using StreamChecker.Http;

namespace StreamChecker.Plans;

/// <summary>The plans of an instance.</summary>
internal sealed record PlanList([property: Description("The plans, in the order of the file.")] IReadOnlyList<PlanView> Plans) : JsonResponse
{
    protected override int StatusCode => StatusCodes.Status200OK;

    public static PlanList From(PlanCatalog catalog) => new([.. catalog.All.Select(PlanView.From)]);
}

/// <summary>A plan.</summary>
internal sealed record PlanView(
    [property: Description("The name.")] string Name,
    [property: Description("A hash of the name and rules: equal on all instances that have the same plan.")] string Hash,
    [property: Description("The tags that the rules read, in alphabetical order.")] IReadOnlyList<string> Tags,
    [property: Description("The rules, in the order of the file.")] IReadOnlyList<RuleView> Rules)
{
    public static PlanView From(Plan plan) => new(plan.Name, plan.Hash, plan.Tags, [.. plan.Rules.Select(RuleView.From)]);
}

/// <summary>A rule of a plan, as in the file.</summary>
internal sealed record RuleView(
    [property: Description("The name.")] string Name,
    [property: Description("The limit.")] int Limit,
    [property: Description("Whether the rule is enforced or only observed.")] RuleMode Mode)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("For each tag, the values one of which a stream must have for the rule to count it.")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Where { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The tag or field for each value of which streams are counted separately.")]
    public string? Per { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The tag or field whose distinct values are counted.")]
    public string? Distinct { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The tags and fields without which a start is rejected.")]
    public IReadOnlyList<string>? Require { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The behaviour at the limit; absent if the start decides.")]
    public OnLimit? OnLimit { get; init; }

    public static RuleView From(PlanRule rule) => new(rule.Name, rule.Limit, rule.Observe ? RuleMode.Observe : RuleMode.Enforce)
    {
        Where = rule.Where, Per = rule.Per, Distinct = rule.Distinct, Require = rule.Require, OnLimit = rule.OnLimit,
    };
}

/// <summary>Whether a rule is enforced.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleMode>))]
internal enum RuleMode
{
    [JsonStringEnumMemberName("enforce")]
    Enforce,

    [JsonStringEnumMemberName("observe")]
    Observe,
}
