using Microsoft.Extensions.Options;

namespace StreamChecker;

/// <summary>Refuses settings that cannot work, when the service starts, by their names.</summary>
internal sealed class StreamCheckerOptionsValidator : IValidateOptions<StreamCheckerOptions>
{
    private const int Day = 86_400;

    public ValidateOptionsResult Validate(string? name, StreamCheckerOptions options)
    {
        var failures = new List<string>();
        Check(nameof(options.MaxConcurrentStreams), options.MaxConcurrentStreams, 0, 100);
        Check(nameof(options.LeaseSeconds), options.LeaseSeconds, 0, Day);
        Check(nameof(options.HeartbeatIntervalSeconds), options.HeartbeatIntervalSeconds, 1, Day);
        Check(nameof(options.DeadlineSeconds), options.DeadlineSeconds, 1, 60);
        if (options.LeaseSeconds is 1 or 2)
        {
            failures.Add($"{Setting(nameof(options.LeaseSeconds))} is {options.LeaseSeconds}; the shortest lease is 3, with a heartbeat every second; 0 means until the stream is stopped.");
        }
        else if (options.HasLease && options.HeartbeatIntervalSeconds * 2 >= options.LeaseSeconds)
        {
            failures.Add(
                $"{Setting(nameof(options.HeartbeatIntervalSeconds))} is {options.HeartbeatIntervalSeconds}; it must be below half of " +
                $"{Setting(nameof(options.LeaseSeconds))}, which is {options.LeaseSeconds}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                failures.Add($"{Setting(setting)} is {value}; it must be from {least} to {most}.");
            }
        }
    }

    private static string Setting(string name) => SettingName.Of($"{StreamCheckerOptions.Section}:{name}");
}
