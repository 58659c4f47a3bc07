using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StreamChecker.Plans;

/// <summary>
/// The plans of this instance, by its settings, and the plan that each user was last seen with. The plan <see cref="Plan.Default"/> always exists.
/// </summary>
public sealed partial class PlanCatalog
{
    private const int MostUsers = 100_000;
    private const int MostUnknownPlans = 100;

    /// <summary>The next start of a forgotten user takes one more execution.</summary>
    private static readonly TimeSpan RememberFor = TimeSpan.FromHours(1);

    private readonly FrozenDictionary<string, Plan> plans;
    private readonly Plan defaultPlan;
    private readonly ConcurrentDictionary<string, Plan> unknown = new(StringComparer.Ordinal);
    private readonly RecentValues<string, Plan> lastSeen;
    private readonly StreamTelemetry telemetry;
    private readonly ILogger<PlanCatalog> logger;

    /// <summary>Takes the plans of validated options.</summary>
    public PlanCatalog(
        IOptions<StreamCheckerOptions> options, PlanSource source, TimeProvider time, StreamTelemetry telemetry, ILogger<PlanCatalog> logger)
    {
        (this.telemetry, this.logger) = (telemetry, logger);
        lastSeen = new(RememberFor, MostUsers, time);
        (All, var errors) = source.Load(options.Value);
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(StreamCheckerOptions), typeof(StreamCheckerOptions), errors);
        }

        plans = All.ToFrozenDictionary(plan => plan.Name, StringComparer.Ordinal);
        defaultPlan = plans[Plan.Default];
    }

    /// <summary>The plans, in the order of the file.</summary>
    public IReadOnlyList<Plan> All { get; }

    /// <summary>Gets a plan of the file.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Plan? plan) => plans.TryGetValue(name, out plan);

    /// <summary>The plan that the user was last seen with; that of users without one if they were not seen.</summary>
    internal Plan LastSeenOf(string userId) => lastSeen.TryGet(userId, out var plan) ? plan : defaultPlan;

    /// <summary>Records the plan of a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="name">The name in the user document; null for none.</param>
    internal Plan See(string userId, string? name)
    {
        var plan = Of(name);
        lastSeen.Set(userId, plan);
        return plan;
    }

    /// <summary>The plan by the name that is stored for a user. One that the file does not have has the rules of the default.</summary>
    internal Plan Of(string? name)
    {
        if (name is null)
        {
            return defaultPlan;
        }

        if (plans.TryGetValue(name, out var plan))
        {
            return plan;
        }

        telemetry.UnknownPlan();
        if (!unknown.TryGetValue(name, out plan))
        {
            plan = defaultPlan.Named(name);
            if (unknown.Count < MostUnknownPlans && unknown.TryAdd(name, plan))
            {
                LogUnknown(name);
            }
        }

        return plan;
    }

    [LoggerMessage(LogLevel.Warning, "Users have the plan {Plan}, which is not among the plans of this instance; the default plan holds for them")]
    private partial void LogUnknown(string plan);
}
