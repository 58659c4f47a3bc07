namespace StreamChecker.Tests.Processes;

/// <summary>A test of something that Linux alone has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "It needs Linux.";
}
