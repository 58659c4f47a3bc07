namespace StreamChecker;

/// <summary>What came of a heartbeat.</summary>
public abstract record RenewResult
{
    private RenewResult()
    {
    }

    /// <summary>The stream is alive.</summary>
    /// <param name="Record">Its record, with the time when it expires unless another heartbeat comes.</param>
    public sealed record Alive(StreamRecord Record) : RenewResult;

    /// <summary>The stream is over: the player must stop.</summary>
    /// <param name="Ending">How it ended.</param>
    public sealed record Ended(StreamEnding Ending) : RenewResult;
}
