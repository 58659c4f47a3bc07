namespace StreamChecker.Tests.Reliability.Histories;

/// <summary>How much was checked and found linearizable.</summary>
internal sealed record HistoryVerdict(int Histories, int Calls, int Lost, long Tried)
{
    public static HistoryVerdict operator +(HistoryVerdict one, HistoryVerdict other) =>
        new(one.Histories + other.Histories, one.Calls + other.Calls, one.Lost + other.Lost, one.Tried + other.Tried);

    public override string ToString() =>
        $"{Histories} histories, {Calls} calls, {Lost} of them with a lost answer, {Tried} tries to put them in order: all linearizable";
}
