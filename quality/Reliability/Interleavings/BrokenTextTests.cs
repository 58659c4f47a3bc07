using Xunit.Abstractions;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>A text that breaks the promise is detected.</summary>
public sealed class BrokenTextTests(ITestOutputHelper output)
{
    public static TheoryData<string> Laws => [.. BrokenTexts.All.Keys];

    [Theory]
    [MemberData(nameof(Laws))]
    public void AProcedureWithoutOneLaw_IsCaught(string law)
    {
        var (kind, text) = BrokenTexts.All[law];
        var format = PartitionFormat.Records(text);
        var findings = new Findings();
        foreach (var search in Searches.Hunt)
        {
            findings.Add(search.RunUntilBroken(format, kind));
            if (findings.Smallest(kind) is { } smallest)
            {
                output.WriteLine($"{law}: caught after {smallest.FirstAt:N0} schedules; the smallest of {search.Name}, {search.Clock.Name}:\n{smallest}");
                return;
            }
        }

        Assert.Fail($"{law}: not caught as {kind} in {findings.Schedules:N0} schedules, but {string.Join("; ", findings.Violations)}");
    }
}
