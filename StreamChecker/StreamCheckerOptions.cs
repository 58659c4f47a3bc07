using Microsoft.Extensions.Options;
using StreamChecker.Plans;
using StreamChecker.StoredProcedure;

namespace StreamChecker;

/// <summary>The settings of the service, from the configuration section <c>StreamChecker</c>.</summary>
public sealed class StreamCheckerOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "StreamChecker";

    /// <summary>
    /// The default limit of concurrent streams per user. 0 to 100; 3 by default. The plan <c>default</c> of <see cref="Plans"/> overrides it.
    /// </summary>
    public int MaxConcurrentStreams { get; set; } = 3;

    /// <summary>The path of a JSON file with plans, relative to the current directory or to the app.</summary>
    public string? PlansPath { get; set; }

    /// <summary>The plans as JSON, in place of a file; none if empty.</summary>
    public string? Plans { get; set; }

    /// <summary>
    /// Evaluates all rules and enforces none, except that a user has at most 100 streams: the responses and metrics show what the rules would reject.
    /// </summary>
    public bool ObserveOnly { get; set; }

    /// <summary>
    /// How long a stream lives without a heartbeat, in seconds. 3 to 86,400, so that two heartbeats fit into it; 90 by default. 0 means
    /// until it is stopped.
    /// </summary>
    public int LeaseSeconds { get; set; } = 90;

    /// <summary>
    /// How often a player should send a heartbeat, in seconds. 1 to 86,400 and below half of the lease, so that one
    /// lost heartbeat never costs a stream; 30 by default. Ignored without a lease.
    /// </summary>
    public int HeartbeatIntervalSeconds { get; set; } = 30;

    /// <summary>
    /// How often a player should send a heartbeat while its user could start one more stream, in seconds. At least
    /// <see cref="HeartbeatIntervalSeconds"/>, at most 86,400 and below half of <see cref="RelaxedLeaseSeconds"/>. 0, the default: there is only one speed.
    /// </summary>
    public int RelaxedHeartbeatIntervalSeconds { get; set; }

    /// <summary>
    /// How long a stream lives without a heartbeat while its user could start one more, in seconds. At least <see cref="LeaseSeconds"/>, at
    /// most 86,400; 0, the default, without <see cref="RelaxedHeartbeatIntervalSeconds"/>.
    /// </summary>
    public int RelaxedLeaseSeconds { get; set; }

    /// <summary>
    /// The time limit for one request to reach the partition, with all retries, and for its body to arrive, in seconds. 1 to 60;
    /// 5 by default.
    /// </summary>
    public int DeadlineSeconds { get; set; } = 5;

    /// <summary>Whether <c>/console</c>, a page for support staff, is served. False by default; true on the Server.</summary>
    public bool Console { get; set; }

    /// <summary>Whether <c>/demo</c>, a page with two players, is served. False by default; true on the Server.</summary>
    public bool Demo { get; set; }

    internal bool HasLease => LeaseSeconds > 0;

    internal RelaxedSpeed? Relaxed => RelaxedLeaseSeconds > 0 ? new(RelaxedLeaseSeconds * 1000L, RelaxedHeartbeatIntervalSeconds * 1000L) : null;

    internal long LeaseMilliseconds => LeaseSeconds * 1000L;

    internal long IntervalMilliseconds => HeartbeatIntervalSeconds * 1000L;

    internal TimeSpan Deadline => TimeSpan.FromSeconds(DeadlineSeconds);
}

/// <summary>Rejects invalid settings at startup; the errors name them.</summary>
internal sealed class StreamCheckerOptionsValidator(PlanSource plans) : IValidateOptions<StreamCheckerOptions>
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

        switch (options.RelaxedHeartbeatIntervalSeconds, options.RelaxedLeaseSeconds)
        {
            case (0, 0):
                break;
            case (not 0 and var interval, not 0 and var lease):
                if (!options.HasLease)
                {
                    failures.Add($"{Setting(nameof(options.RelaxedLeaseSeconds))} requires {Setting(nameof(options.LeaseSeconds))}, which is 0: streams without a lease need no heartbeats.");
                    break;
                }

                Check(nameof(options.RelaxedHeartbeatIntervalSeconds), interval, options.HeartbeatIntervalSeconds, Day);
                Check(nameof(options.RelaxedLeaseSeconds), lease, options.LeaseSeconds, Day);
                if (interval * 2L >= lease)
                {
                    failures.Add(
                        $"{Setting(nameof(options.RelaxedHeartbeatIntervalSeconds))} is {interval}; it must be below half of " +
                        $"{Setting(nameof(options.RelaxedLeaseSeconds))}, which is {lease}.");
                }

                break;
            case (0, _):
                failures.Add($"{Setting(nameof(options.RelaxedLeaseSeconds))} requires {Setting(nameof(options.RelaxedHeartbeatIntervalSeconds))}.");
                break;
            default:
                failures.Add($"{Setting(nameof(options.RelaxedHeartbeatIntervalSeconds))} requires {Setting(nameof(options.RelaxedLeaseSeconds))}.");
                break;
        }

        failures.AddRange(plans.Load(options).Errors);
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
