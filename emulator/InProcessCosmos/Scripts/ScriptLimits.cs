namespace InProcessCosmos.Scripts;

/// <summary>The limits of one run of a stored procedure. A run that exceeds one is aborted and rolled back.</summary>
public sealed record ScriptLimits
{
    /// <summary>The time limit; 5 seconds by default, as in Cosmos DB.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time after which no further document operation is accepted, so that a script can end in an orderly way.</summary>
    public TimeSpan AcceptedTime { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The maximum number of statements in Jint, for the main function and for each callback.</summary>
    public int Statements { get; init; } = 50_000_000;

    /// <summary>The maximum number of accepted document operations.</summary>
    public int Operations { get; init; } = int.MaxValue;

    /// <summary>The maximum number of bytes allocated in Jint, by the main function and by each callback.</summary>
    public long Memory { get; init; } = 2L << 30;

    /// <summary>The maximum length of an array in Jint: a built-in function creates one without checking any other limit.</summary>
    public uint ArrayLength { get; init; } = 10_000_000;
}
