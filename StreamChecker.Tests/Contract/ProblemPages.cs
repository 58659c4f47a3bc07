using System.Reflection;
using StreamChecker.Http;

namespace StreamChecker.Tests.Contract;

/// <summary>The types of problems, and the pages that explain them.</summary>
internal static class ProblemPages
{
    public static IReadOnlyList<string> Types { get; } =
        [.. typeof(ProblemTypes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(type => (string)type.GetValue(null)!)];

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(RepositoryFiles.Path("docs/problems"), "*.md").Select(page => Path.GetFileNameWithoutExtension(page)!)];
}
