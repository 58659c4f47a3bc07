namespace StreamChecker.Tests.Reliability.Faults;

/// <summary>Something that goes wrong with one request, before the store has seen it or after it has committed.</summary>
internal sealed record Fault(FaultKind Kind, bool AfterCommit)
{
    public static IReadOnlyList<Fault> All { get; } =
        [.. Enum.GetValues<FaultKind>().SelectMany(kind => new[] { new Fault(kind, false), new Fault(kind, true) })];

    public override string ToString() => $"{Kind} {(AfterCommit ? "after" : "before")} the commit";
}
