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

    /// <summary>A user who is forgotten costs the next start one more execution.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromHours(1);

    private readonly FrozenDictionary<string, Plan> plans;
    private readonly Plan defaultPlan;
    private readonly ConcurrentDictionary<string, Plan> unknown = new(StringComparer.Ordinal);
    private readonly RecentValues<string, Plan> lastSeen;
    private readonly StreamTelemetry telemetry;
    private readonly ILogger<PlanCatalog> logger;

    /// <summary>Compiles the plans of validated options.</summary>
    public PlanCatalog(IOptions<StreamCheckerOptions> options, TimeProvider time, StreamTelemetry telemetry, ILogger<PlanCatalog> logger)
    {
        (this.telemetry, this.logger) = (telemetry, logger);
        lastSeen = new(Age, MostUsers, time);
        if (Load(options.Value, out var loaded) is { Count: > 0 } errors)
        {
            throw new OptionsValidationException(nameof(StreamCheckerOptions), typeof(StreamCheckerOptions), errors);
        }

        All = loaded;
        plans = loaded.ToFrozenDictionary(plan => plan.Name, StringComparer.Ordinal);
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

    /// <summary>Reads the plans of the settings; the errors name the setting or file, plan and rule.</summary>
    internal static IReadOnlyList<string> Load(StreamCheckerOptions options, out IReadOnlyList<Plan> plans)
    {
        plans = [];
        var errors = Read(options, out var read);
        if (errors.Count > 0)
        {
            return errors;
        }

        if (!read.Any(plan => plan.Name == Plan.Default))
        {
            read = [Plan.OfLimit(options.MaxConcurrentStreams), .. read];
        }

        plans = options.ObserveOnly ? [.. read.Select(plan => plan.Observed())] : read;
        return [];
    }

    private static IReadOnlyList<string> Read(StreamCheckerOptions options, out IReadOnlyList<Plan> plans)
    {
        plans = [];
        var (ofText, ofPath) = (Setting(nameof(options.Plans)), Setting(nameof(options.PlansPath)));
        if (options.Plans is { Length: > 0 } text)
        {
            return options.PlansPath is null ? PlanFile.Read(ofText, text, out plans) : [$"{ofText} and {ofPath} are both set; use one."];
        }

        if (options.PlansPath is not { } path)
        {
            return [];
        }

        // Relative to the current directory, as any path in a setting; a Functions package has the file next to the app.
        var file = Path.GetFullPath(path);
        file = File.Exists(file) ? file : Path.Combine(AppContext.BaseDirectory, path);
        try
        {
            return PlanFile.Read(path, File.ReadAllText(file), out plans);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [$"{ofPath} is {path}, which cannot be read: {unreadable.Message}"];
        }
    }

    private static string Setting(string name) => SettingName.Of($"{StreamCheckerOptions.Section}:{name}");

    [LoggerMessage(LogLevel.Warning, "Users have the plan {Plan}, which is not among the plans of this instance; the default plan holds for them")]
    private partial void LogUnknown(string plan);
}
