using Microsoft.Extensions.Options;
using StreamChecker.Plans;
using StreamChecker.StoredProcedure;

namespace StreamChecker;

/// <summary>
/// The entry point of the service. For one user, its results are linearizable; it never admits a start that violates an enforced rule
/// of the user's plan.
/// </summary>
/// <remarks>
/// Every method throws <see cref="StreamStoreUnavailableException"/> if the store does not respond within the deadline, and
/// <see cref="ArgumentException"/> if a text violates <see cref="FieldText"/>.
/// </remarks>
public sealed class StreamLimiter(
    IStreamPartitions partitions, IOptions<StreamCheckerOptions> options, PlanCatalog plans, TimeProvider time, StreamTelemetry telemetry)
{
    /// <summary>How often a start asks for another plan: each time because the user's plan has changed in between.</summary>
    private const int MostPlans = 5;

    /// <summary>No attempt of an erase takes effect after this time: Cosmos DB ends an execution after 5 seconds.</summary>
    private static readonly TimeSpan RetryAfterErase = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryAfterPlans = TimeSpan.FromSeconds(1);

    private readonly StreamCheckerOptions options = options.Value;
    private readonly RelaxedSpeed? relaxed = options.Value.Relaxed;
    private readonly PartitionRetries partitions = new(partitions, options.Value.Deadline, time, telemetry);
    private readonly StoreProbe probe = new(partitions, options.Value.Deadline, time);

    /// <summary>Starts one more stream if the rules of the user's plan admit it.</summary>
    public Task<StartResult> StartAsync(StartStream start, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfInvalid(start.UserId, nameof(start.UserId));
        FieldText.ThrowIfInvalid(start.StreamId, nameof(start.StreamId));
        if (start.DeviceName is { } deviceName)
        {
            FieldText.ThrowIfInvalid(deviceName, nameof(start.DeviceName));
        }

        if (start.DeviceId is { } deviceId)
        {
            FieldText.ThrowIfInvalid(deviceId, nameof(start.DeviceId), FieldText.MaxDeviceIdLength);
        }
        else if (start.SameDevice == SameDevice.Count)
        {
            throw new ArgumentException($"{nameof(start.SameDevice)} requires a {nameof(start.DeviceId)}.", nameof(start));
        }

        if (PlanText.TagsError(start.Tags) is { } error)
        {
            throw new ArgumentException($"{error.Name ?? nameof(start.Tags)} {error.Error}.", nameof(start));
        }

        ThrowIfUnknown(start.Plan);

        return StartValidAsync(start, cancellationToken);
    }

    /// <summary>The same for texts that are already validated.</summary>
    internal async Task<StartResult> StartValidAsync(StartStream start, CancellationToken cancellationToken)
    {
        var recordKey = KeyOf(start.UserId, start.IdempotencyKey);
        var plan = start.Plan is { } name && plans.TryGet(name, out var named) ? named : plans.LastSeenOf(start.UserId);
        var command = new StartCommand
        {
            UserId = start.UserId,
            Key = recordKey.ToString(),
            StreamId = start.StreamId,
            DeviceName = start.DeviceName,
            DeviceId = start.DeviceId,
            CountSameDevice = start.SameDevice == SameDevice.Count,
            LeaseMs = options.LeaseMilliseconds,
            IntervalMs = relaxed is null ? 0 : options.IntervalMilliseconds,
            Relaxed = relaxed,
            Tags = Sorted(start.Tags),
            Plan = plan,
            PlanIsNamed = start.Plan is not null,
            Replace = start.Replace.Count == 0 ? null : [.. start.Replace.Select(id => new ReplaceOrder(id.UserId, id.Key.ToString(), id.StartedAt))],
            ReplaceOldest = start.OnLimit == OnLimit.ReplaceOldest,
        };
        var (reply, retried) = await partitions.ExecuteAsync(command, cancellationToken);
        for (var attempt = 1; reply is StreamReply.PlanNeeded needed && attempt < MostPlans; attempt++)
        {
            command = command with { Plan = plans.See(start.UserId, needed.Plan) };
            (reply, var isInDoubt) = await partitions.ExecuteAsync(command, cancellationToken);
            retried |= isInDoubt;
        }

        StartResult result = reply switch
        {
            // A replay found by the service's own retry is the lost response, not a retry of the client.
            StreamReply.Admitted admitted => new StartResult.Admitted(
                new(
                    new StreamRecordId(start.UserId, recordKey, admitted.StartedAt),
                    start.UserId,
                    start.StreamId,
                    start.DeviceName,
                    Time(admitted.StartedAt),
                    Time(admitted.ExpiresAt)),
                admitted.Limit,
                admitted.Active,
                Replaced(start.UserId, admitted.Replaced),
                admitted.Replayed && !retried,
                Interval(admitted.IntervalMs),
                admitted.Observed ?? []),
            StreamReply.LimitReached rejection => new StartResult.LimitReached(
                rejection.Active,
                [.. rejection.Violations.Select(violation =>
                    new RuleViolation(violation.Rule, violation.Limit, violation.Active, Records(start.UserId, violation.Streams)))],
                rejection.RetryAfterMs is { } wait ? TimeSpan.FromMilliseconds(wait) : null),
            StreamReply.Ended ended => new StartResult.Ended(Ending(start.UserId, ended)),
            StreamReply.KeyReused => new StartResult.KeyReused(),
            StreamReply.ForeignReplacement => new StartResult.ForeignReplacement(),
            StreamReply.ValueRequired required => new StartResult.ValueRequired(required.Value),
            StreamReply.PlanNeeded => throw new StreamStoreUnavailableException("The user's plan changed repeatedly.", RetryAfterPlans),
            _ => throw Unexpected(reply),
        };
        telemetry.Started(result, command.Plan.Name);
        return result;
    }

    /// <summary>Renews the lease of an active stream.</summary>
    public async Task<RenewResult> RenewAsync(StreamRecordId id, CancellationToken cancellationToken)
    {
        var (reply, _) = await partitions.ExecuteAsync(RenewalOf(id), cancellationToken);
        return Renewed(id, reply);
    }

    /// <summary>
    /// Renews the leases of several streams of any users, each in a transaction of its own. Returns the results in the order of the IDs;
    /// an ID that the store did not process within the deadline has the result <see cref="RenewResult.Failed"/>.
    /// </summary>
    public async Task<IReadOnlyList<RenewResult>> RenewManyAsync(IReadOnlyList<StreamRecordId> ids, CancellationToken cancellationToken)
    {
        var outcomes = await partitions.ExecuteManyAsync([.. ids.Select(RenewalOf)], cancellationToken);
        return [.. ids.Zip(outcomes, (id, outcome) => outcome.Failure is { } cause ? new RenewResult.Failed(cause) : Renewed(id, outcome.Reply!))];
    }

    /// <summary>Gets a stream. Its lease is not renewed.</summary>
    public async Task<StreamState> GetAsync(StreamRecordId id, CancellationToken cancellationToken)
    {
        var listed = await ReadAsync(id.UserId, cancellationToken);
        if (Records(id.UserId, listed.Streams).FirstOrDefault(record => record.Id == id) is { } active)
        {
            return new StreamState.Active(active);
        }

        // A list writes nothing, so a lapse that it shows is not yet decided: a clock that runs behind could still renew the stream (law 3
        // of streams.js). A heartbeat decides it, and knows how the stream ended. It finds a stream active only by such a clock.
        var (reply, _) = await partitions.ExecuteAsync(RenewalOf(id), cancellationToken);
        return reply switch
        {
            StreamReply.Ended ended => new StreamState.Ended(Ending(id.UserId, ended)),
            StreamReply.Renewed renewed => new StreamState.Active(Record(id.UserId, renewed.Record)),
            _ => throw Unexpected(reply),
        };
    }

    /// <summary>Ends a stream. Returns false if it had already ended.</summary>
    public async Task<bool> StopAsync(StreamRecordId id, CancellationToken cancellationToken)
    {
        var command = new StopCommand { UserId = id.UserId, Key = id.Key.ToString(), StartedAt = id.StartedAt };
        var (reply, _) = await partitions.ExecuteAsync(command, cancellationToken);
        var stopped = reply as StreamReply.Stopped ?? throw Unexpected(reply);
        telemetry.Stopped(stopped.Count);
        return stopped.Count > 0;
    }

    /// <summary>Ends every stream of a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="idempotencyKey">
    /// Identifies the operation in retries, like <see cref="StartStream.IdempotencyKey"/>. If null, only the service's own retries are recognized.
    /// </param>
    /// <param name="cancellationToken">Cancels the request, which may already have taken effect.</param>
    public async Task<StopAllResult> StopAllAsync(string userId, string? idempotencyKey, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfInvalid(userId, nameof(userId));
        var command = new StopAllCommand { UserId = userId, OperationId = KeyOf(userId, idempotencyKey).ToString() };
        var (reply, retried) = await partitions.ExecuteAsync(command, cancellationToken);
        switch (reply)
        {
            case StreamReply.Stopped stopped:
                var replayed = stopped.Replayed && !retried;
                telemetry.Stopped(replayed ? 0 : stopped.Count);
                return new StopAllResult.Stopped(stopped.Count, replayed);
            case StreamReply.KeyReused:
                return new StopAllResult.KeyReused();
            default:
                throw Unexpected(reply);
        }
    }

    /// <summary>Lists a user's active streams.</summary>
    public async Task<ActiveStreams> ListAsync(string userId, CancellationToken cancellationToken)
    {
        var listed = await ReadAsync(userId, cancellationToken);
        return new(userId, Limit(userId, listed.Limit, listed.Plan).MaxConcurrentStreams, Records(userId, listed.Streams));
    }

    /// <summary>Gets a user's limit and plan.</summary>
    public async Task<UserLimit> GetLimitAsync(string userId, CancellationToken cancellationToken)
    {
        var listed = await ReadAsync(userId, cancellationToken);
        return Limit(userId, listed.Limit, listed.Plan);
    }

    /// <summary>
    /// Sets or removes a user's own limit, plan or both. A lowered limit ends no stream, and admits none until the user is below it.
    /// </summary>
    /// <param name="userId">The user.</param>
    /// <param name="change">What to set or remove.</param>
    /// <param name="idempotencyKey">
    /// Identifies the operation in retries, like <see cref="StartStream.IdempotencyKey"/>. If null, only the service's own retries are recognized.
    /// </param>
    /// <param name="cancellationToken">Cancels the request, which may already have taken effect.</param>
    public async Task<SetLimitResult> SetLimitAsync(
        string userId, LimitChange change, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var command = SettingOf(userId, change, idempotencyKey);
        var (reply, retried) = await partitions.ExecuteAsync(command, cancellationToken);
        return LimitSet(userId, reply, retried);
    }

    /// <summary>
    /// Changes the limits or plans of several users, each in a transaction of its own and in no order. Returns the results in the order of the
    /// changes; a change that the store did not process within the deadline has the result <see cref="SetLimitResult.Failed"/>.
    /// </summary>
    public async Task<IReadOnlyList<SetLimitResult>> SetLimitsAsync(IReadOnlyList<UserLimitChange> changes, CancellationToken cancellationToken)
    {
        var commands = changes.Select(change => SettingOf(change.UserId, change.Change, change.IdempotencyKey));
        var outcomes = await partitions.ExecuteManyAsync([.. commands], cancellationToken);
        return
        [
            .. changes.Zip(outcomes, (change, outcome) =>
                outcome.Failure is { } cause ? new SetLimitResult.Failed(cause) : LimitSet(change.UserId, outcome.Reply!, outcome.InDoubt)),
        ];
    }

    /// <summary>Reads everything that is held about a user.</summary>
    public async Task<UserData> ExportAsync(string userId, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfInvalid(userId, nameof(userId));
        var (reply, _) = await partitions.ExecuteAsync(new ExportCommand { UserId = userId }, cancellationToken);
        return reply is StreamReply.Exported exported
            ? new UserData(userId, exported.Limit, exported.Plan, [.. exported.Operations.Select(Remembered)], [.. exported.Records.Select(record => Held(userId, record))])
            : throw Unexpected(reply);
    }

    /// <summary>
    /// Deletes everything that is held about a user, the limit included. A start at the same time takes effect before it, and is erased,
    /// or after it. Returns the number of deleted records.
    /// </summary>
    public async Task<int> EraseAsync(string userId, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfInvalid(userId, nameof(userId));
        var operationId = RecordKey.New().ToString();
        var (reply, isInDoubt) = await partitions.ExecuteAsync(new EraseCommand { UserId = userId, OperationId = operationId }, cancellationToken);
        var erased = reply as StreamReply.Erased ?? throw Unexpected(reply);
        if (isInDoubt)
        {
            // An attempt may still be on its way. Only the user document prevents that it erases what has started since.
            throw new StreamStoreUnavailableException("A response of the store to an erase was lost.", RetryAfterErase) { OutcomeIsUnknown = true };
        }

        await partitions.ExecuteAsync(new ForgetCommand { UserId = userId, OperationId = operationId }, cancellationToken);
        return erased.Count;
    }

    /// <summary>
    /// Whether the store works, within the deadline. One probe runs at a time, and its result is good for a second, however many ask.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait of this caller, and not the probe, which others may wait for.</param>
    /// <exception cref="StoredProcedureException">The store does not run the procedure.</exception>
    public Task<StoreReadiness> ProbeAsync(CancellationToken cancellationToken) => probe.CheckAsync(cancellationToken);

    /// <summary>Runs the stored procedure once, on one of several partitions that are no user's.</summary>
    internal Task WarmUpAsync(int partition, CancellationToken cancellationToken) =>
        partitions.ExecuteAsync(ListCommand.OfNoUser(partition), cancellationToken);

    private RenewCommand RenewalOf(StreamRecordId id) => new()
    {
        UserId = id.UserId,
        Key = id.Key.ToString(),
        StartedAt = id.StartedAt,
        LeaseMs = options.LeaseMilliseconds,
        IntervalMs = options.IntervalMilliseconds,
        Relaxed = relaxed,
    };

    private RenewResult Renewed(StreamRecordId id, StreamReply reply)
    {
        RenewResult result = reply switch
        {
            StreamReply.Renewed renewed => new RenewResult.Alive(Record(id.UserId, renewed.Record), Interval(renewed.IntervalMs)),
            StreamReply.Ended ended => new RenewResult.Ended(Ending(id.UserId, ended)),
            _ => throw Unexpected(reply),
        };
        telemetry.Renewed(result, written: reply is StreamReply.Renewed { Written: true });
        return result;
    }

    private SetLimitCommand SettingOf(string userId, LimitChange change, string? idempotencyKey)
    {
        FieldText.ThrowIfInvalid(userId, nameof(userId));
        if (change.Limit?.To is < 0 or > UserLimit.Largest)
        {
            throw new ArgumentOutOfRangeException(nameof(change), change.Limit.To, $"A limit is from 0 to {UserLimit.Largest}.");
        }

        ThrowIfUnknown(change.Plan?.To);
        return new() { UserId = userId, Change = change, OperationId = KeyOf(userId, idempotencyKey).ToString() };
    }

    private SetLimitResult LimitSet(string userId, StreamReply reply, bool retried) => reply switch
    {
        StreamReply.LimitSet set => new SetLimitResult.LimitSet(Limit(userId, set.Limit, set.Plan), set.Replayed && !retried),
        StreamReply.KeyReused => new SetLimitResult.KeyReused(),
        _ => throw Unexpected(reply),
    };

    private async Task<StreamReply.Listed> ReadAsync(string userId, CancellationToken cancellationToken)
    {
        FieldText.ThrowIfInvalid(userId, nameof(userId));
        var (reply, _) = await partitions.ExecuteAsync(new ListCommand { UserId = userId }, cancellationToken);
        return reply as StreamReply.Listed ?? throw Unexpected(reply);
    }

    /// <summary>The interval that holds for a stream from now on. Its record names one only where there are two.</summary>
    private TimeSpan? Interval(long? milliseconds) =>
        options.HasLease ? TimeSpan.FromMilliseconds(milliseconds ?? options.IntervalMilliseconds) : null;

    /// <summary>A user's limit, from what the user has of their own.</summary>
    private UserLimit Limit(string userId, int? ownLimit, string? ownPlan)
    {
        var plan = plans.Of(ownPlan);
        return new(userId, ownLimit ?? plan.Limit, IsDefault: ownLimit is null && ownPlan is null, plan.Name);
    }

    private void ThrowIfUnknown(string? plan)
    {
        if (plan is not null && !plans.TryGet(plan, out _))
        {
            throw new ArgumentException($"The plan {plan} does not exist.", nameof(plan));
        }
    }

    private static SortedList<string, string>? Sorted(IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count == 0)
        {
            return null;
        }

        var sorted = new SortedList<string, string>(tags.Count, StringComparer.Ordinal);
        foreach (var (name, value) in tags)
        {
            sorted.Add(name, value);
        }

        return sorted;
    }

    private static RecordKey KeyOf(string userId, string? idempotencyKey)
    {
        if (idempotencyKey is not null && IdempotencyKey.Error(idempotencyKey) is { } error)
        {
            throw new ArgumentException($"{nameof(idempotencyKey)} {error}.", nameof(idempotencyKey));
        }

        return idempotencyKey is null ? RecordKey.New() : RecordKey.For(userId, idempotencyKey);
    }

    private static RememberedOperation Remembered(HeldOperation operation) => operation.Result switch
    {
        StreamReply.Stopped stopped => new(operation.Id, OperationKind.StopAll, stopped.Count),
        StreamReply.LimitSet set => new(
            operation.Id, set is { Limit: null, Plan: null } ? OperationKind.ResetLimit : OperationKind.SetLimit, set.Limit, set.Plan),
        StreamReply.Erased => new(operation.Id, OperationKind.Erase, null),
        var result => throw Unexpected(result),
    };

    private static HeldStream Held(string userId, HeldRecord record) => new(
        Record(userId, record),
        record.DeviceId,
        record.CountSameDevice ? SameDevice.Count : SameDevice.Replace,
        record.Tags ?? StartStream.NoTags,
        record.Plan,
        record.Observed ?? [],
        record.Ended is { } ended ? Ending(userId, new(ended.Reason, ended.By, ended.SameDevice)) : null,
        Time(record.Ended?.At),
        Time(record.ForgottenAt));

    private static StreamRecord Record(string userId, RecordView record) =>
        new(Id(userId, record), userId, record.StreamId, record.DeviceName, Time(record.StartedAt), Time(record.ExpiresAt));

    private static StreamRecordId Id(string userId, RecordReference record) => new(userId, RecordKey.Parse(record.Key), record.StartedAt);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } some ? Time(some) : null;

    private static ReplacedStream[] Replaced(string userId, IReadOnlyList<ReplacedView> streams) => streams.Count == 0
        ? []
        : [.. streams.Select(stream => new ReplacedStream(Id(userId, stream), stream.StreamId, stream.DeviceName, stream.SameDevice))];

    private static StreamRecord[] Records(string userId, IReadOnlyList<RecordView> records) =>
        records.Count == 0 ? [] : [.. records.Select(record => Record(userId, record))];

    private static StreamEnding Ending(string userId, StreamReply.Ended reply) => new(
        reply.Reason,
        reply.By is { } by
            ? new ReplacingStream(Id(userId, by), by.StreamId, by.DeviceName)
            : null,
        reply.SameDevice);

    private static StoredProcedureException Unexpected(StreamReply reply) =>
        new($"streams.js returned {reply.GetType().Name}, which is not a reply to this command.");
}
