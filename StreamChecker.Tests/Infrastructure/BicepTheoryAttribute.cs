namespace StreamChecker.Tests.Infrastructure;

/// <summary>A theory that needs the Bicep compiler.</summary>
public sealed class BicepTheoryAttribute : TheoryAttribute
{
    public BicepTheoryAttribute() => Skip = BicepCompiler.WhyNot;
}
