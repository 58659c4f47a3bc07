using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Repository;

/// <summary>The calls that <c>docs/coming-from.md</c> shows get the statuses that it shows.</summary>
public sealed partial class ComingFromTests
{
    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, Lines().Count)];

    [Fact]
    public void EachSectionOfASystem_HasCalls() =>
        Assert.Equal(Section().Count(RepositoryFiles.Text("docs/coming-from.md")), Lines().Count);

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task TheCalls_GetTheStatusesOfThePage(int block)
    {
        await using var server = new StreamServer();
        using var client = server.CreateClient();
        var ids = new Dictionary<string, string>();
        foreach (var line in Lines()[block])
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

    private static List<string[]> Lines() =>
    [
        .. Block().Matches(RepositoryFiles.Text("docs/coming-from.md").ReplaceLineEndings("\n"))
            .Select(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
    ];

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex("^```\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(?<method>[A-Z]+) (?<path>\S+)(?: (?<body>\{.*\}))? +(?<status>[0-9]{3})(?: \{(?<name>[a-z]+)\})?$")]
    private static partial Regex Call();
}
