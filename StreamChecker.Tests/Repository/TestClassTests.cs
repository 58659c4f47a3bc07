using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Repository;

/// <summary>What all test classes have in common.</summary>
public sealed partial class TestClassTests
{
    /// <summary>xunit 2 disposes of a test class by <c>IDisposable</c> and <c>IAsyncLifetime</c> only; with another interface its data folders remain.</summary>
    [Fact]
    public void EveryTestClass_IsDisposedOf()
    {
        var classes = Directory.EnumerateFiles(RepositoryFiles.Root, "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => TestClass().Matches(File.ReadAllText(file)).Select(match => match.Value))
            .ToList();

        Assert.True(classes.Count > 50, $"Only {classes.Count} test classes were found.");
        Assert.DoesNotContain(classes, declaration => declaration.Contains("IAsyncDisposable", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^public (?:sealed |abstract |partial )*class \w+Tests\b.*$", RegexOptions.Multiline)]
    private static partial Regex TestClass();
}
