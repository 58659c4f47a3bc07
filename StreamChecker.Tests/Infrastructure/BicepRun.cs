namespace StreamChecker.Tests.Infrastructure;

/// <summary>What one run of the compiler came to. Its warnings and errors are on the standard error stream.</summary>
internal sealed record BicepRun(int ExitCode, string Output, string Errors)
{
    public void ShouldBeClean()
    {
        Assert.Equal("", Errors.Trim());
        Assert.Equal(0, ExitCode);
    }
}
