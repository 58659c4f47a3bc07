using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Repository;

/// <summary>The calls that <c>docs/coming-from.md</c> shows get the statuses that it shows.</summary>
public sealed partial class ComingFromTests
{
    private static readonly string Page = RepositoryFiles.Text("docs/coming-from.md").ReplaceLineEndings("\n");

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, Calls().Count)];

    [Fact]
    public void EachSectionOfASystem_HasCalls() => Assert.All(Page.Split("\n## ")[1..], section => Assert.Matches(Block(), section));

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task TheCalls_GetTheStatusesOfThePage(int block)
    {
        var (plans, lines) = Calls()[block];
        await using var server = new StreamServer();
        if (plans.Length > 0)
        {
            server.With(nameof(StreamCheckerOptions.Plans), plans);
        }

        using var client = server.CreateClient();
        var ids = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var call = Call().Match(line);
            Assert.True(call.Success, $"'{line}' is not a call.");
            var (path, body) = (Filled(call.Groups["path"].Value), Filled(call.Groups["body"].Value));
            server.Time.Advance(TimeSpan.FromSeconds(1));

            var response = await client.SendAsync(
                new(call.Groups["method"].Value), path, body.Length == 0 ? null : Encoding.UTF8.GetBytes(body),
                path.EndsWith("/batch", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json");

            Assert.True(
                (int)response.Status == int.Parse(call.Groups["status"].ValueSpan, CultureInfo.InvariantCulture), $"{line}: {response.Status} {response.Content}");
            Assert.DoesNotContain("\"status\":4", response.Status == System.Net.HttpStatusCode.OK ? response.Content : "", StringComparison.Ordinal);
            if (call.Groups["name"].Success)
            {
                ids[call.Groups["name"].Value] = response.Id;
            }
        }

        string Filled(string text) => ids.Aggregate(text, (filled, id) => filled.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
    }

    /// <summary>The blocks of calls, each with the plans that stand right in front of it.</summary>
    private static List<(string Plans, string[] Lines)> Calls() =>
    [
        .. Block().Matches(Page).Select(block => (block.Groups["plans"].Value, block.Groups["calls"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))),
    ];

    [GeneratedRegex("(?:^```json\n(?<plans>[^`]*)^```\n)?^```\n(?<calls>[^`]*)^```", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(?<method>[A-Z]+) (?<path>\S+)(?: (?<body>\{.*\}))? +(?<status>[0-9]{3})(?: \{(?<name>[a-z]+)\})?$")]
    private static partial Regex Call();
}
