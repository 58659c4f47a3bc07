using Jint.Native;
using StreamChecker.Reliability.Procedures;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>A command with all that its caller knows when it begins.</summary>
internal sealed record StreamCall(NamedCommand Named, StreamCommand Order, string Json, JsValue Script, UInt128 Stream);

/// <summary>What a call does on one snapshot at one moment of its clock, once it is committed.</summary>
internal sealed class Execution(StreamCall call, PartitionContent snapshot, long at, ScriptRun run)
{
    public StreamCall Call => call;

    public PartitionContent Snapshot => snapshot;

    public long At => at;

    public string? Body => run.Body;

    /// <summary>What the procedure threw, on its own snapshot.</summary>
    public string? Thrown => run.Thrown;

    public StreamReply? Reply { get; init; }

    public IReadOnlyList<DocumentWrite> Writes { get; init; } = [];

    /// <summary>The ids of the documents whose versions the commit compares.</summary>
    public ulong Compared { get; init; }

    public ulong Written { get; init; }

    /// <summary>Whether it does more than to write down that leases have lapsed.</summary>
    public bool HasEffect { get; init; }

    /// <summary>The streams that it reports active because it refers to them.</summary>
    public UInt128 ReportedActive { get; init; }

    /// <summary>The streams that it reports over.</summary>
    public UInt128 ReportedOver { get; init; }

    /// <summary>The streams that a list or a rejection shows, and those that an accepted start counts.</summary>
    public UInt128 Shown { get; init; }

    /// <summary>The streams that it stops, by its own report.</summary>
    public UInt128 ReportedStopped { get; init; }

    /// <summary>What a retry of it must give again.</summary>
    public FirstResult First => field ??= new(call.Named, Reply);

    /// <summary>What no snapshot allows it to do or to say; null where all is well.</summary>
    public string? Wrong { get; init; }

    public bool IsRead => Writes.Count == 0;
}

/// <summary>A document's new content; <see cref="After"/> is null where it is removed.</summary>
internal sealed record DocumentWrite(string Kind, string Id, Document? Before, Document? After)
{
    public override string ToString() => $"{Kind} {Id}";
}

/// <summary>The first try of an operation that took effect.</summary>
/// <param name="Command">The command.</param>
/// <param name="Reply">Its reply; null where only its effect is known.</param>
internal sealed record FirstResult(NamedCommand Command, StreamReply? Reply);
