using System.Runtime.InteropServices;
using InProcessCosmos.Documents;
using Microsoft.Extensions.Primitives;

namespace InProcessCosmos.Scripts;

/// <summary>One call of a stored procedure, and what it came to.</summary>
/// <param name="address">Its partition.</param>
/// <param name="arguments">Its arguments, as a JSON array.</param>
/// <param name="request">The request that it is for.</param>
/// <param name="hint">What it will read.</param>
/// <param name="owner">What it belongs to.</param>
internal sealed class ScriptCall(PartitionAddress address, ReadOnlyMemory<byte> arguments, ScriptRequest request, ReadHint hint, object? owner = null)
{
    private List<(string Id, StoredDocument? Document)>? writes;

    public PartitionAddress Address => address;

    public ReadOnlyMemory<byte> Arguments => arguments;

    public ScriptRequest Request => request;

    public ReadHint Hint => hint;

    public object? Owner => owner;

    /// <summary>Null until it has run.</summary>
    public ScriptOutcome? Outcome { get; set; }

    /// <summary>What it wrote: the new documents, and null for those that it deleted. Nothing where it failed.</summary>
    public ReadOnlySpan<(string Id, StoredDocument? Document)> Writes => CollectionsMarshal.AsSpan(writes);

    public void Write(string id, StoredDocument? document) => (writes ??= []).Add((id, document));

    public void Fail(ScriptOutcome.Failed outcome)
    {
        writes = null;
        Outcome = outcome;
    }
}

/// <summary>
/// What a call is going to read, as its caller foresees it: then it is handed to the script with the call. A hint that is wrong costs time;
/// the script gets what it asks for in any case.
/// </summary>
public readonly record struct ReadHint
{
    /// <summary>Nothing is known.</summary>
    public static ReadHint None => default;

    /// <summary>All documents of the partition.</summary>
    public static ReadHint WholePartition => new() { IsWhole = true };

    internal bool IsWhole { get; private init; }

    internal StringValues Ids { get; private init; }

    /// <summary>Documents of the partition.</summary>
    /// <param name="ids">Their ids: one text, or an array.</param>
    public static ReadHint Documents(StringValues ids) => new() { Ids = ids };
}
