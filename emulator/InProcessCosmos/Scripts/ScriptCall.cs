using System.Runtime.InteropServices;
using InProcessCosmos.Documents;
using Microsoft.Extensions.Primitives;

namespace InProcessCosmos.Scripts;

/// <summary>One call of a stored procedure, and its outcome.</summary>
/// <param name="address">Its partition.</param>
/// <param name="arguments">Its arguments, as a JSON array.</param>
/// <param name="request">The request of the call.</param>
/// <param name="hint">The documents that it is expected to read.</param>
/// <param name="owner">The object that the caller associates with it.</param>
internal sealed class ScriptCall(PartitionAddress address, ReadOnlyMemory<byte> arguments, ScriptRequest request, ReadHint hint, object? owner = null)
{
    private List<(string Id, StoredDocument? Document)>? writes;

    public PartitionAddress Address => address;

    public ReadOnlyMemory<byte> Arguments => arguments;

    public ScriptRequest Request => request;

    public ReadHint Hint => hint;

    public object? Owner => owner;

    /// <summary>The outcome; null until the call has run.</summary>
    public ScriptOutcome? Outcome { get; set; }

    /// <summary>The written documents; null for a deleted one. Empty if the call failed.</summary>
    public ReadOnlySpan<(string Id, StoredDocument? Document)> Writes => CollectionsMarshal.AsSpan(writes);

    public void Write(string id, StoredDocument? document) => (writes ??= []).Add((id, document));

    public void Fail(ScriptOutcome.Failed outcome)
    {
        writes = null;
        Outcome = outcome;
    }
}

/// <summary>
/// The documents that a call is expected to read. They are passed to the script host with the call. A wrong hint costs time only: the script
/// host requests other documents while the script runs.
/// </summary>
public readonly record struct ReadHint
{
    /// <summary>No expectation.</summary>
    public static ReadHint None => default;

    /// <summary>All documents of the partition.</summary>
    public static ReadHint WholePartition => new() { IsWhole = true };

    internal bool IsWhole { get; private init; }

    internal StringValues Ids { get; private init; }

    /// <summary>Some documents of the partition.</summary>
    /// <param name="ids">Their IDs: one string or an array.</param>
    public static ReadHint Documents(StringValues ids) => new() { Ids = ids };
}
