namespace StreamChecker.Reliability.Crashes;

/// <summary>A test that needs a small disk of its own, and so the right to mount one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(() =>
    {
        using var disk = new Tmpfs(1);
        return disk.IsMounted;
    });

    public TmpfsFactAttribute() => Skip = MayMount.Value ? null : "This user may not mount a small disk.";
}
