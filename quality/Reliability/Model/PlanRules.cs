using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Model;

/// <summary>The rules of a start's plan in the model: what each counts when the new stream is among the active ones.</summary>
internal sealed class PlanRules(StartCommand start, int? ownLimit)
{
    private readonly ModelRecord starting = new(
        start.Key, start.StreamId, start.DeviceName, start.DeviceId, start.CountSameDevice, start.Tags, null, null, 0, null, 0, null, null, null, 0);

    private IEnumerable<PlanRule> Enforced => start.Plan.Rules.Where(rule => !rule.Observe);

    /// <summary>The limit on all streams.</summary>
    public int Limit => LimitOf(start.Plan.Rules.Single(rule => rule.Name == "streams"));

    /// <summary>The first value that an enforced rule requires and the start does not have.</summary>
    public string? Missing => start.Plan.Rules.SelectMany(rule => rule.Require ?? []).FirstOrDefault(name => Value(starting, name) is null);

    /// <summary>The observed rules that the start violates next to the streams that stay.</summary>
    public string[] Observed(IReadOnlyList<ModelRecord> stay) =>
        [.. start.Plan.Rules.Where(rule => rule.Observe && IsViolated(rule, stay)).Select(rule => rule.Name)];

    /// <summary>The enforced rules that the start violates next to these streams.</summary>
    public List<PlanRule> Violated(IReadOnlyList<ModelRecord> streams) => [.. Enforced.Where(rule => IsViolated(rule, streams))];

    /// <summary>The streams that stay where rules may replace some: by FIELD's order of evictions.</summary>
    /// <param name="others">The streams that are neither named nor of the same device, oldest first.</param>
    public List<ModelRecord> Stay(IReadOnlyList<ModelRecord> others)
    {
        var stay = others.ToList();
        var ended = new Stack<ModelRecord>();
        while (Violated(stay) is { Count: > 0 } violated
            && stay.Where(stream => violated.Exists(rule => MayReplace(rule) && Counts(rule, stream)))
                .MaxBy(stream => violated.Count(rule => Counts(rule, stream))) is { } next)
        {
            stay.Remove(next);
            ended.Push(next);
        }

        foreach (var stream in ended.OrderByDescending(others.ToList().IndexOf))
        {
            var more = others.Where(other => other == stream || stay.Contains(other)).ToList();
            stay = Violated(more).Count == 0 ? more : stay;
        }

        return stay;
    }

    /// <summary>Whether a rule counts a stream against the new one.</summary>
    public bool Counts(PlanRule rule, ModelRecord stream) => Applies(rule, stream) && Applies(rule, starting)
        && (rule.Per is not { } per || Value(stream, per) == Value(starting, per))
        && (rule.Distinct is not { } distinct || Value(stream, distinct) != Value(starting, distinct));

    /// <summary>Whether some rule has no place for one more stream of some kind, and one of these has the last.</summary>
    public bool AreAtLimit(IReadOnlyList<ModelRecord> stay) => Enforced.Any(rule => stay.Append(starting).Where(stream => Applies(rule, stream))
        .GroupBy(stream => rule.Per is { } per ? Value(stream, per) : null)
        .Any(group => Number(rule, group) >= LimitOf(rule)));

    public ViolationView ViewOf(PlanRule rule, IReadOnlyList<ModelRecord> active)
    {
        var counted = active.Where(stream => Counts(rule, stream)).ToList();
        return new(rule.Name, LimitOf(rule), Number(rule, counted), [.. counted.Select(stream => stream.View)]);
    }

    private bool IsViolated(PlanRule rule, IEnumerable<ModelRecord> streams) => Applies(rule, starting)
        && Number(rule, streams.Where(stream => Applies(rule, stream) && (rule.Per is not { } per || Value(stream, per) == Value(starting, per))).Append(starting)) > LimitOf(rule);

    private bool MayReplace(PlanRule rule) => rule.OnLimit is { } own ? own == OnLimit.ReplaceOldest : start.ReplaceOldest;

    private int LimitOf(PlanRule rule) => rule.Name == "streams" ? ownLimit ?? rule.Limit : rule.Limit;

    private static int Number(PlanRule rule, IEnumerable<ModelRecord> streams) =>
        rule.Distinct is { } distinct ? streams.Select(stream => Value(stream, distinct)).Distinct().Count() : streams.Count();

    private static bool Applies(PlanRule rule, ModelRecord stream) =>
        (rule.Where ?? new Dictionary<string, IReadOnlyList<string>>()).All(tag => Value(stream, tag.Key) is { } value && tag.Value.Contains(value))
        && ((rule.Per ?? rule.Distinct) is not { } name || Value(stream, name) is not null);

    private static string? Value(ModelRecord stream, string name) => name switch
    {
        "streamId" => stream.StreamId,
        "deviceId" => stream.DeviceId,
        _ => stream.Tags?.GetValueOrDefault(name),
    };
}
