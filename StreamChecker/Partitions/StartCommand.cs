using System.Text.Json.Serialization;

namespace StreamChecker.Partitions;

/// <summary>Start one more stream, if there is room.</summary>
public sealed record StartCommand : StreamCommand
{
    /// <summary>The same in every try of one start.</summary>
    public required string RecordId { get; init; }

    /// <summary>What is to play.</summary>
    public required string StreamId { get; init; }

    /// <summary>Where it is to play.</summary>
    public string? DeviceName { get; init; }

    /// <summary>How long the stream lives without a heartbeat; 0 for until it is stopped.</summary>
    public required long LeaseMs { get; init; }

    /// <summary>The limit of a user who has none of their own.</summary>
    public required int DefaultLimit { get; init; }

    /// <summary>The streams to end in the same transaction.</summary>
    public IReadOnlyList<ReplaceOrder>? Replace { get; init; }

    /// <summary>Whether the oldest streams are to be ended, as many as it takes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ReplaceOldest { get; init; }

    /// <summary>
    /// Whether another try of the same start may have run, or may be running: its caller named a key, or an earlier answer
    /// was lost. Then the start writes a slot or two more, where streams of the user ended a moment ago.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MayRepeat { get; init; }
}
