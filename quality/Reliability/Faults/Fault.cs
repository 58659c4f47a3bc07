namespace StreamChecker.Reliability.Faults;

/// <summary>Something that goes wrong with one request, before the store has seen it or after it has committed.</summary>
internal sealed record Fault(FaultKind Kind, bool AfterCommit)
{
    /// <summary>Every fault, at every moment at which a store may have it: what says that all was rolled back comes without a commit.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. from kind in Enum.GetValues<FaultKind>()
           from afterCommit in kind is FaultKind.BusyByNumber or FaultKind.BusyByText or FaultKind.Suspended ? [false] : new[] { false, true }
           select new Fault(kind, afterCommit),
    ];

    public override string ToString() => $"{Kind} {(AfterCommit ? "after" : "before")} the commit";
}
