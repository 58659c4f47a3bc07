namespace StreamChecker.Reliability.Crashes;

/// <summary>Tests that need <see cref="DiskShim"/>, and so a C compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskShimTheoryAttribute : TheoryAttribute
{
    public DiskShimTheoryAttribute() => Skip = DiskShim.IsAvailable ? null : "There is no gcc to build the layer below the process with.";
}
