namespace InProcessCosmos.Scripts;

/// <summary>What one run of a stored procedure may use before it is ended and rolled back.</summary>
public sealed record ScriptLimits
{
    /// <summary>Cosmos DB gives a procedure 5 seconds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After this part of the time no further document operation is accepted, so that a script can end in order.</summary>
    public TimeSpan AcceptedTime { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How many statements the procedure may run in Jint, and each of its callbacks.</summary>
    public int Statements { get; init; } = 50_000_000;

    /// <summary>How many document operations are accepted.</summary>
    public int Operations { get; init; } = int.MaxValue;

    /// <summary>How many bytes the procedure may allocate in Jint, and each of its callbacks.</summary>
    public long Memory { get; init; } = 2L << 30;

    /// <summary>How long an array may be in Jint: one call of a built-in function makes all of it, and nothing is looked at meanwhile.</summary>
    public uint ArrayLength { get; init; } = 10_000_000;
}
