namespace StreamChecker.Reliability.Histories;

/// <summary>How much was checked and found linearizable.</summary>
internal sealed record HistoryVerdict(int Histories, int Calls, int Lost, int Repeated, long Tried)
{
    public static HistoryVerdict operator +(HistoryVerdict one, HistoryVerdict other) =>
        new(one.Histories + other.Histories, one.Calls + other.Calls, one.Lost + other.Lost, one.Repeated + other.Repeated, one.Tried + other.Tried);

    public override string ToString() =>
        $"{Histories} histories, {Calls} calls, {Lost} of them with a lost answer, {Repeated} with a lost try, {Tried} tries to put them in order: all linearizable";
}
