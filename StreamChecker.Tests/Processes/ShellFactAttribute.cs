namespace StreamChecker.Tests.Processes;

/// <summary>A test that types commands into a shell.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute(string shell) => Skip = ShellPrograms.WhyNot(shell);
}

/// <summary>Some tests that type commands into a shell.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute(string shell) => Skip = ShellPrograms.WhyNot(shell);
}

/// <summary>The programs that the documents' commands need.</summary>
internal static class ShellPrograms
{
    /// <summary>Why the commands cannot be typed into a shell here; null where they can.</summary>
    public static string? WhyNot(string shell)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return OperatingSystem.IsWindows()
            ? "It needs Linux or macOS."
            : new[] { shell, "curl" }.FirstOrDefault(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))) is { } missing
                ? $"There is no {missing} here."
                : null;
    }
}
