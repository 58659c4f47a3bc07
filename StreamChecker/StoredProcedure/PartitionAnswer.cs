namespace StreamChecker.StoredProcedure;

/// <summary>What one transaction in a partition came to.</summary>
public abstract record PartitionAnswer
{
    private PartitionAnswer()
    {
    }

    /// <summary>Why it was not committed, in a sentence.</summary>
    internal string Explain() => this switch
    {
        Conflict => "Other writers of the same partition were faster, again and again.",
        Throttled => "The partition store is too busy.",
        Busy busy => $"The partition store is too busy: {busy.Cause}",
        Unwritable unwritable => unwritable.Reason,
        Ambiguous ambiguous => $"The partition store failed: {ambiguous.Cause}",
        _ => "The partition store did not answer.",
    };

    /// <summary>The transaction was committed, and is on disk where it wrote.</summary>
    /// <param name="Reply">The procedure's answer.</param>
    /// <param name="RequestCharge">What it cost, in request units; null where the store does not charge.</param>
    public sealed record Committed(StreamReply Reply, double? RequestCharge = null) : PartitionAnswer;

    /// <summary>Another transaction wrote first. All of it was rolled back; a new transaction may succeed.</summary>
    public sealed record Conflict : PartitionAnswer;

    /// <summary>The store refused to begin, being too busy. Nothing was written.</summary>
    /// <param name="RetryAfter">How long the store asks to be left alone.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : PartitionAnswer;

    /// <summary>The store could not finish it just now. All of it was rolled back, or it never began.</summary>
    /// <param name="Cause">What the store said.</param>
    public sealed record Busy(string Cause) : PartitionAnswer;

    /// <summary>The store takes no writes until an operator acts: its disk is full, for example. Nothing was written.</summary>
    /// <param name="Reason">Why, in one sentence that may be shown to every caller: it names no path, account or user.</param>
    /// <param name="RetryAfter">When to look again.</param>
    public sealed record Unwritable(string Reason, TimeSpan RetryAfter) : PartitionAnswer;

    /// <summary>The store did not say whether it committed. The same command may be run again.</summary>
    /// <param name="Cause">What was seen instead of an answer.</param>
    public sealed record Ambiguous(string Cause) : PartitionAnswer;
}
