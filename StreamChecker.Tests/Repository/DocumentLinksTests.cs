using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Repository;

/// <summary>Every Markdown page leads to files and headings that exist, and every picture is on some page.</summary>
public sealed partial class DocumentLinksTests
{
    private static readonly string[] NotPublished = ["bin", "obj", "artifacts", "node_modules", "StrykerOutput"];

    public static TheoryData<string> Pages => [.. Files("*.md")];

    [Theory]
    [MemberData(nameof(Pages))]
    public void ARelativeLink_LeadsToAFileOrFolder(string page) => Assert.All(
        Links(page),
        link => Assert.True(
            File.Exists(RepositoryFiles.Path(link.Target)) || Directory.Exists(RepositoryFiles.Path(link.Target)),
            $"{page} links to {link.Target}, which does not exist."));

    [Theory]
    [MemberData(nameof(Pages))]
    public void AFragment_NamesAHeadingOfItsPage(string page) => Assert.All(
        Links(page).Where(link => link.Fragment.Length > 0 && link.Target.EndsWith(".md", StringComparison.Ordinal)),
        link => Assert.Contains(link.Fragment, Anchors(link.Target)));

    [Fact]
    public void EveryPicture_IsOnAPage()
    {
        var shown = Files("*.md").SelectMany(Links).Select(link => link.Target).ToHashSet(StringComparer.Ordinal);

        Assert.Superset(Files("*.svg").Concat(Files("*.png")).ToHashSet(StringComparer.Ordinal), shown);
    }

    private static IEnumerable<string> Files(string pattern) =>
        from folder in Folders(RepositoryFiles.Root)
        from file in Directory.EnumerateFiles(folder, pattern)
        select System.IO.Path.GetRelativePath(RepositoryFiles.Root, file).Replace('\\', '/');

    private static IEnumerable<string> Folders(string folder) => Directory.EnumerateDirectories(folder)
        .Where(child => !NotPublished.Contains(System.IO.Path.GetFileName(child)) && !System.IO.Path.GetFileName(child).StartsWith('.'))
        .SelectMany(Folders)
        .Prepend(folder);

    private static IEnumerable<(string Target, string Fragment)> Links(string page)
    {
        foreach (Match link in Link().Matches(Prose(page)))
        {
            var target = link.Groups["target"].Value;
            if (target.Contains("://", StringComparison.Ordinal))
            {
                continue;
            }

            var parts = target.Split('#', 2);
            var folder = System.IO.Path.GetDirectoryName(RepositoryFiles.Path(page))!;
            var file = parts[0].Length == 0 ? RepositoryFiles.Path(page) : System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, parts[0]));
            yield return (
                System.IO.Path.GetRelativePath(RepositoryFiles.Root, file).Replace('\\', '/'),
                parts.Length == 2 ? parts[1] : "");
        }
    }

    /// <summary>The fragments of a page's headings, as GitHub makes them.</summary>
    private static List<string> Anchors(string page) =>
    [
        .. Heading().Matches(Prose(page)).Select(heading => NotInAnchor().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')),
    ];

    private static string Prose(string page) => CodeBlock().Replace(RepositoryFiles.Text(page).ReplaceLineEndings("\n"), "");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex("^( *)```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
