namespace StreamChecker.Tests.Deployed;

/// <summary>A fact about the deployed service.</summary>
public sealed class DeployedFactAttribute : FactAttribute
{
    public DeployedFactAttribute() => Skip = DeployedService.WhyNot;
}
