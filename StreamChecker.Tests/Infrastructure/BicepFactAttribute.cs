namespace StreamChecker.Tests.Infrastructure;

/// <summary>A fact that needs the Bicep compiler.</summary>
public sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = BicepCompiler.WhyNot;
}
