using System.Diagnostics;
using System.Diagnostics.Metrics;
using StreamChecker.StoredProcedure;

namespace StreamChecker;

/// <summary>
/// The service's <see cref="ActivitySource"/> and <see cref="Meter"/>, both named <c>StreamChecker</c>. They never contain user
/// IDs, stream IDs or device names; docs/telemetry.md lists the instruments.
/// </summary>
public sealed class StreamTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "StreamChecker";

    /// <summary>The activity sources whose spans a host exports: the service's own, and that of the Cosmos DB SDK.</summary>
    public static readonly IReadOnlyList<string> ActivitySources = [Name, "Azure.Cosmos.Operation"];

    private static readonly ActivitySource Activities = new(Name);
    private static readonly InstrumentAdvice<int> Streams = new() { HistogramBucketBoundaries = [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 50, 100] };

    private readonly Counter<long> starts;
    private readonly Counter<long> heartbeats;
    private readonly Counter<long> endings;
    private readonly Counter<long> retries;
    private readonly Counter<long> exceeded;
    private readonly Counter<long> unknownPlans;
    private readonly Histogram<int> active;
    private readonly Histogram<int> attempted;
    private readonly Counter<long> playersRejected;
    private readonly Histogram<double> duration;
    private readonly Histogram<double> charge;

    /// <summary>Creates the instruments.</summary>
    public StreamTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        starts = meter.CreateCounter<long>("stream_checker.starts", "{start}", "Starts, by outcome.");
        heartbeats = meter.CreateCounter<long>("stream_checker.heartbeats", "{heartbeat}", "Heartbeats, by outcome and whether they were written.");
        endings = meter.CreateCounter<long>("stream_checker.endings", "{stream}", "Streams known to have ended, by reason.");
        retries = meter.CreateCounter<long>("stream_checker.partition.retries", "{retry}", "Retried transactions, by cause.");
        exceeded = meter.CreateCounter<long>("stream_checker.rules.exceeded", "{start}", "Starts that a rule rejected, or would reject if it were enforced.");
        unknownPlans = meter.CreateCounter<long>("stream_checker.plans.unknown", "{lookup}", "Lookups of a user's plan that this instance does not have.");
        active = meter.CreateHistogram(
            "stream_checker.streams.active", "{stream}", "The user's active streams after an admitted start.", advice: Streams);
        attempted = meter.CreateHistogram(
            "stream_checker.streams.attempted", "{stream}", "The streams that a user would have if no start were rejected.", advice: Streams);
        playersRejected = meter.CreateCounter<long>("stream_checker.players.rejected", "{call}", "Calls of players that did not reach the store, by cause.");
        duration = meter.CreateHistogram(
            "stream_checker.partition.operation.duration",
            "s",
            "The duration of one command to a partition, with its retries.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
        charge = meter.CreateHistogram(
            "stream_checker.partition.operation.request_charge",
            "{request_unit}",
            "The request units of one transaction.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 100] });
    }

    internal Operation Begin(StreamCommand command) => new(this, NameOf(command));

    /// <summary>The telemetry of several commands of the same kind.</summary>
    internal Operation BeginMany(IReadOnlyList<StreamCommand> commands)
    {
        var operation = new Operation(this, NameOf(commands[0]) + "_many");
        operation.Tag("stream_checker.commands", commands.Count);
        return operation;
    }

    /// <summary>Counts a lookup of a plan that the instance does not have.</summary>
    internal void UnknownPlan() => unknownPlans.Add(1);

    internal void Started(StartResult result, string plan)
    {
        var ofPlan = new KeyValuePair<string, object?>("stream_checker.plan", plan);
        switch (result)
        {
            case StartResult.Admitted { Replayed: false } admitted:
                active.Record(admitted.Active, ofPlan);
                attempted.Record(admitted.Active, ofPlan);
                foreach (var rule in admitted.Observed)
                {
                    Exceeded(rule, "observe");
                }

                break;
            case StartResult.LimitReached rejection:
                attempted.Record(rejection.Active + 1, ofPlan);
                foreach (var violation in rejection.Violations)
                {
                    Exceeded(violation.Rule, "enforce");
                }

                break;
        }

        void Exceeded(string rule, string mode) => exceeded.Add(1, new("stream_checker.rule", rule), ofPlan, new("stream_checker.mode", mode));

        starts.Add(1, Outcome(result switch
        {
            StartResult.Admitted { Replayed: true } => "replayed",
            StartResult.Admitted => "admitted",
            StartResult.LimitReached => "limit_reached",
            StartResult.Ended => "ended",
            StartResult.KeyReused => "key_reused",
            StartResult.ValueRequired => "value_required",
            _ => "foreign_replacement",
        }));
        if (result is StartResult.Admitted { Replaced.Count: > 0 and var replaced })
        {
            endings.Add(replaced, Reason("replaced"));
        }
    }

    internal void Renewed(RenewResult result, bool written)
    {
        if (result is RenewResult.Ended { Ending.Reason: var reason })
        {
            heartbeats.Add(1, Outcome("ended"), new("stream_checker.written", false));
            if (reason == StreamEndReason.Expired)
            {
                endings.Add(1, Reason("expired"));
            }
        }
        else
        {
            heartbeats.Add(1, Outcome("alive"), new("stream_checker.written", written));
        }
    }

    internal void Stopped(int count)
    {
        if (count > 0)
        {
            endings.Add(count, Reason("stopped"));
        }
    }

    /// <summary>A call of a player was rejected without the store.</summary>
    internal void PlayerRejected(string cause) => playersRejected.Add(1, new KeyValuePair<string, object?>("stream_checker.cause", cause));

    private static string NameOf(StreamCommand command) => command switch
    {
        StartCommand => "start",
        RenewCommand => "renew",
        StopCommand => "stop",
        StopAllCommand => "stop_all",
        ListCommand => "list",
        ExportCommand => "export",
        EraseCommand => "erase",
        ForgetCommand => "forget",
        _ => "set_limit",
    };

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("stream_checker.outcome", outcome);

    private static KeyValuePair<string, object?> Reason(string reason) => new("stream_checker.reason", reason);

    /// <summary>The telemetry of one command, or of several that run together.</summary>
    internal readonly struct Operation : IDisposable
    {
        private const string Charge = "stream_checker.request_charge";

        private readonly StreamTelemetry telemetry;
        private readonly KeyValuePair<string, object?> name;
        private readonly Activity? activity;
        private readonly long began = Stopwatch.GetTimestamp();

        public Operation(StreamTelemetry telemetry, string operation)
        {
            this.telemetry = telemetry;
            name = new("stream_checker.operation", operation);
            activity = Activities.StartActivity("stream_checker.partition", ActivityKind.Client);
            activity?.SetTag(name.Key, name.Value);
        }

        public void Tag(string tag, object value) => activity?.SetTag(tag, value);

        public void Executed(PartitionResult result)
        {
            if (result is PartitionResult.Committed { RequestCharge: { } units })
            {
                telemetry.charge.Record(units, name);
                activity?.SetTag(Charge, units + (activity.GetTagItem(Charge) as double? ?? 0));
            }
            else if (result is not PartitionResult.Committed)
            {
                var cause = result switch
                {
                    PartitionResult.Conflict => "conflict",
                    PartitionResult.Throttled => "throttled",
                    PartitionResult.Busy => "busy",
                    PartitionResult.Unwritable => "unwritable",
                    _ => "ambiguous",
                };
                telemetry.retries.Add(1, name, new("stream_checker.cause", cause));
                activity?.AddEvent(new("stream_checker." + cause));
            }
        }

        public void Failed(string error)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            activity?.SetTag("error.type", error);
        }

        public void Dispose()
        {
            telemetry.duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, name);
            activity?.Dispose();
        }
    }
}
