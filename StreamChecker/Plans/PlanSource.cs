using System.Collections.Concurrent;

namespace StreamChecker.Plans;

/// <summary>
/// The plans of the settings, read once: a host creates and validates its options more than once, and must use the plans that it has validated.
/// </summary>
public sealed class PlanSource
{
    private readonly ConcurrentDictionary<Settings, (IReadOnlyList<Plan> Plans, IReadOnlyList<string> Errors)> loaded = new();

    /// <summary>The plans, with that of <see cref="Plan.Default"/>, or the errors, which name the setting or file, plan and rule.</summary>
    internal (IReadOnlyList<Plan> Plans, IReadOnlyList<string> Errors) Load(StreamCheckerOptions options) =>
        loaded.GetOrAdd(new(options.Plans, options.PlansPath, options.MaxConcurrentStreams, options.ObserveOnly), Load);

    private static (IReadOnlyList<Plan> Plans, IReadOnlyList<string> Errors) Load(Settings settings)
    {
        var errors = Read(settings, out var plans);
        if (errors.Count > 0)
        {
            return ([], errors);
        }

        if (!plans.Any(plan => plan.Name == Plan.Default))
        {
            plans = [Plan.OfLimit(settings.Limit), .. plans];
        }

        return (settings.ObserveOnly ? [.. plans.Select(plan => plan.Observed())] : plans, []);
    }

    private static IReadOnlyList<string> Read(Settings settings, out IReadOnlyList<Plan> plans)
    {
        plans = [];
        var (ofText, ofPath) = (Setting(nameof(StreamCheckerOptions.Plans)), Setting(nameof(StreamCheckerOptions.PlansPath)));
        if (settings.Text is { Length: > 0 } text)
        {
            return settings.Path is null ? PlanFile.Read(ofText, text, out plans) : [$"{ofText} and {ofPath} are both set; use one."];
        }

        if (settings.Path is not { } path)
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

    /// <summary>All that the plans depend on.</summary>
    private sealed record Settings(string? Text, string? Path, int Limit, bool ObserveOnly);
}
