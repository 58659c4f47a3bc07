using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Repository;

/// <summary>The GitHub workflows, read as text: they cannot run in a test.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows =>
    [
        .. Directory.EnumerateFiles(RepositoryFiles.Path(".github/workflows"))
            .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void EveryAction_IsPinnedToACommit_AndSaysItsVersion(string file)
    {
        var uses = Uses().Matches(RepositoryFiles.Text(file)).Select(match => match.Value.Trim()).ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses, use => Assert.Matches(Pinned(), use));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void NoWorkflow_HoldsASecret(string file) =>
        Assert.DoesNotMatch(@"\$\{\{\s*secrets\.", RepositoryFiles.Text(file));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void EveryWorkflow_StatesItsPermissions(string file) =>
        Assert.Matches(@"(?m)^permissions:", RepositoryFiles.Text(file));

    [Theory]
    [InlineData("compose.yaml")]
    public void EveryPortOfTheLocalCloud_IsBoundToLoopback(string file)
    {
        var ports = PublishedPort().Matches(RepositoryFiles.Text(file)).Select(match => match.Groups["port"].Value).ToList();

        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(?m)^\s*(-\s*)?uses:.*$")]
    private static partial Regex Uses();

    [GeneratedRegex(@"uses: [\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"(?m)^\s*-\s*""?(?<port>[\d.:\[\]-]+:\d+(-\d+)?)""?\s*$")]
    private static partial Regex PublishedPort();
}
