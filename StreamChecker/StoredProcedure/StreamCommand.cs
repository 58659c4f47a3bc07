using System.Text.Json.Serialization;

namespace StreamChecker.StoredProcedure;

/// <summary>An order to the stored procedure, as it is sent: the one argument of <c>streams(command)</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(StartCommand), "start")]
[JsonDerivedType(typeof(RenewCommand), "renew")]
[JsonDerivedType(typeof(StopCommand), "stop")]
[JsonDerivedType(typeof(StopAllCommand), "stopAll")]
[JsonDerivedType(typeof(ListCommand), "list")]
[JsonDerivedType(typeof(SetLimitCommand), "setLimit")]
public abstract record StreamCommand
{
    /// <summary>The user whose partition it is.</summary>
    public required string UserId { get; init; }
}

/// <summary>Starts one more stream, if there is room.</summary>
public sealed record StartCommand : StreamCommand
{
    /// <summary>The record's key, and its document's id: the same in every try of one start.</summary>
    public required string Key { get; init; }

    /// <summary>What is to play.</summary>
    public required string StreamId { get; init; }

    /// <summary>Where it is to play.</summary>
    public string? DeviceName { get; init; }

    /// <summary>How long the stream lives without a heartbeat, in milliseconds; 0 means until it is stopped.</summary>
    public required long LeaseMs { get; init; }

    /// <summary>The limit of a user who has none of their own.</summary>
    public required int DefaultLimit { get; init; }

    /// <summary>The streams to end in the same transaction.</summary>
    public IReadOnlyList<ReplaceOrder>? Replace { get; init; }

    /// <summary>Whether the oldest streams are to be ended, as many as necessary.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ReplaceOldest { get; init; }
}

/// <summary>A stream that a start is to replace.</summary>
public sealed record ReplaceOrder(string UserId, string Key, long StartedAt);

/// <summary>A heartbeat: renews the stream's lease, if the stream is active.</summary>
public sealed record RenewCommand : StreamCommand
{
    /// <summary>The record's key.</summary>
    public required string Key { get; init; }

    /// <summary>When the stream was started: a key that was used again after it was forgotten is another stream.</summary>
    public required long StartedAt { get; init; }

    /// <summary>How long the stream lives without another heartbeat, in milliseconds; 0 means until it is stopped.</summary>
    public required long LeaseMs { get; init; }

    /// <summary>How often heartbeats are asked for, in milliseconds.</summary>
    public required long IntervalMs { get; init; }
}

/// <summary>Ends one stream.</summary>
public sealed record StopCommand : StreamCommand
{
    /// <summary>The record's key.</summary>
    public required string Key { get; init; }

    /// <summary>When the stream was started.</summary>
    public required long StartedAt { get; init; }
}

/// <summary>Ends every stream of the user.</summary>
public sealed record StopAllCommand : StreamCommand
{
    /// <summary>The same in every try of one operation, and different from every other operation of the user.</summary>
    public required string OperationId { get; init; }
}

/// <summary>Reads the active streams and the limit.</summary>
public sealed record ListCommand : StreamCommand
{
    // The name breaks the rule for user ids.
    private const string NoUser = "\u0001probe";

    /// <summary>The limit of a user who has none of their own.</summary>
    public required int DefaultLimit { get; init; }

    /// <summary>For a probe: reads one of several partitions that are no user's.</summary>
    internal static ListCommand OfNoUser(int partition = 0) => new() { UserId = partition == 0 ? NoUser : NoUser + partition, DefaultLimit = 0 };
}

/// <summary>Gives the user a limit of their own, or takes it away.</summary>
public sealed record SetLimitCommand : StreamCommand
{
    /// <summary>0 to 100; null returns to the default.</summary>
    public int? MaxConcurrentStreams { get; init; }

    /// <summary>The limit of a user who has none of their own.</summary>
    public required int DefaultLimit { get; init; }

    /// <summary>The same in every try of one operation, and different from every other operation of the user.</summary>
    public required string OperationId { get; init; }
}
