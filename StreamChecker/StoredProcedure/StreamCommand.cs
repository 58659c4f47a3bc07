using System.Text.Json.Serialization;
using StreamChecker.Plans;

namespace StreamChecker.StoredProcedure;

/// <summary>A command to the stored procedure, as it is sent: the argument of <c>streams(command)</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(StartCommand), "start")]
[JsonDerivedType(typeof(RenewCommand), "renew")]
[JsonDerivedType(typeof(StopCommand), "stop")]
[JsonDerivedType(typeof(StopAllCommand), "stopAll")]
[JsonDerivedType(typeof(ListCommand), "list")]
[JsonDerivedType(typeof(SetLimitCommand), "setLimit")]
[JsonDerivedType(typeof(ExportCommand), "export")]
[JsonDerivedType(typeof(EraseCommand), "erase")]
[JsonDerivedType(typeof(ForgetCommand), "forget")]
public abstract record StreamCommand
{
    /// <summary>The user, whose ID is the partition key.</summary>
    public required string UserId { get; init; }
}

/// <summary>Starts one more stream if the rules of the user's plan admit it.</summary>
public sealed record StartCommand : StreamCommand
{
    /// <summary>The record's key, which is its document's ID: the same in every attempt of one start.</summary>
    public required string Key { get; init; }

    /// <summary>The content to play.</summary>
    public required string StreamId { get; init; }

    /// <summary>The device name.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The device. Unless <see cref="CountSameDevice"/>, its active stream ends in the same transaction.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Whether the device's other streams are counted rather than replaced.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CountSameDevice { get; init; }

    /// <summary>The duration of the lease, in milliseconds; 0 means until the stream is stopped.</summary>
    public required long LeaseMs { get; init; }

    /// <summary>The heartbeat interval at the limit, in milliseconds; 0 if there is only one speed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long IntervalMs { get; init; }

    /// <summary>The lease and the interval below the limit; null if there is only one speed.</summary>
    public RelaxedSpeed? Relaxed { get; init; }

    /// <summary>The tags, in the order of their names; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>The plan whose rules hold.</summary>
    public required Plan Plan { get; init; }

    /// <summary>Whether the start names the plan; otherwise the procedure wants that of the user document.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PlanIsNamed { get; init; }

    /// <summary>The streams to end in the same transaction.</summary>
    public IReadOnlyList<ReplaceOrder>? Replace { get; init; }

    /// <summary>Whether to end as many of the oldest streams as necessary, where a rule does not say what happens at its limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ReplaceOldest { get; init; }
}

/// <summary>The lease and the heartbeat interval of streams whose users could start one more, in milliseconds.</summary>
public sealed record RelaxedSpeed(long LeaseMs, long IntervalMs);

/// <summary>A stream to replace.</summary>
public sealed record ReplaceOrder(string UserId, string Key, long StartedAt);

/// <summary>A heartbeat: renews the lease of an active stream.</summary>
public sealed record RenewCommand : StreamCommand
{
    /// <summary>The record's key.</summary>
    public required string Key { get; init; }

    /// <summary>The time of the start: a key that is reused after it was forgotten identifies another stream.</summary>
    public required long StartedAt { get; init; }

    /// <summary>The duration of the lease, in milliseconds; 0 means until the stream is stopped.</summary>
    public required long LeaseMs { get; init; }

    /// <summary>The heartbeat interval, in milliseconds.</summary>
    public required long IntervalMs { get; init; }

    /// <summary>The lease and the interval below the limit; null if there is only one speed.</summary>
    public RelaxedSpeed? Relaxed { get; init; }
}

/// <summary>Ends one stream.</summary>
public sealed record StopCommand : StreamCommand
{
    /// <summary>The record's key.</summary>
    public required string Key { get; init; }

    /// <summary>The time of the start.</summary>
    public required long StartedAt { get; init; }
}

/// <summary>Ends every stream of the user.</summary>
public sealed record StopAllCommand : StreamCommand
{
    /// <summary>The same in every attempt of one operation, and unique among the user's operations.</summary>
    public required string OperationId { get; init; }
}

/// <summary>Reads the active streams, and the user's own limit and plan.</summary>
public sealed record ListCommand : StreamCommand
{
    // The name violates the rule for user IDs.
    private const string NoUser = "\u0001probe";

    /// <summary>A probe: reads one of several partitions that belong to no user.</summary>
    internal static ListCommand OfNoUser(int partition = 0) => new() { UserId = partition == 0 ? NoUser : NoUser + partition };
}

/// <summary>Sets or removes the user's own limit, plan or both.</summary>
public sealed record SetLimitCommand : StreamCommand
{
    /// <summary>What to set or remove.</summary>
    public required LimitChange Change { get; init; }

    /// <summary>The same in every attempt of one operation, and unique among the user's operations.</summary>
    public required string OperationId { get; init; }
}

/// <summary>Reads everything that is held about the user.</summary>
public sealed record ExportCommand : StreamCommand;

/// <summary>Deletes everything that is held about the user, but for a user document that remembers only this operation.</summary>
public sealed record EraseCommand : StreamCommand
{
    /// <summary>The same in every attempt of one operation, and unique among the user's operations.</summary>
    public required string OperationId { get; init; }
}

/// <summary>Deletes the user document that an erase left, if nothing has changed it since.</summary>
public sealed record ForgetCommand : StreamCommand
{
    /// <summary>The operation of the erase.</summary>
    public required string OperationId { get; init; }
}
