namespace StreamChecker.Reliability.Crashes;

/// <summary>A test that needs <see cref="DiskShim"/>, and so a C compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskShimFactAttribute : FactAttribute
{
    public DiskShimFactAttribute() => Skip = DiskShim.IsAvailable ? null : "There is no gcc to build the layer below the process with.";
}
