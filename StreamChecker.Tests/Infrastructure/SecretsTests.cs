using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Infrastructure;

public sealed partial class SecretsTests
{
    [BicepFact]
    public void Template_NeverAsksAzureForAKey() =>
        Assert.DoesNotContain(CompiledTemplate.Strings, item => IsExpression(item.Text) && ListCall().IsMatch(item.Text));

    [BicepFact]
    public void Template_ReadsOnePropertyWithConnectionStringInItsName() =>
        Assert.Equal(
            ["applicationInsights"],
            CompiledTemplate.Strings
                .Where(item => IsExpression(item.Text))
                .SelectMany(item => ConnectionStringOf().Matches(item.Text))
                .Select(match => match.Groups["resource"].Value));

    [BicepFact]
    public void Outputs_AreTheUrlAndNames_AndEachIsDescribed()
    {
        Assert.Equal(
            ["AZURE_APPLICATION_INSIGHTS_NAME", "AZURE_COSMOS_ACCOUNT_NAME", "AZURE_COSMOS_ENDPOINT", "AZURE_FUNCTION_NAME", "STREAM_CHECKER_URL"],
            CompiledTemplate.Outputs.Select(output => output.Key).Order(StringComparer.Ordinal));
        Assert.All(CompiledTemplate.Outputs, output =>
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)output.Value!["metadata"]?["description"]), output.Key);
            Assert.DoesNotMatch(KeyOrConnectionString(), (string)output.Value!["value"]!);
        });
    }

    [BicepFact]
    public void OutputsOfModules_HoldNoKeyAndNoConnectionString()
    {
        var outputs = CompiledTemplate.Strings.Where(item => OutputValue().IsMatch(item.Path)).ToList();

        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.DoesNotMatch(KeyOrConnectionString(), output.Text));
    }

    [GeneratedRegex(@"\.template\.outputs\.\w+\.value$")]
    private static partial Regex OutputValue();

    private static bool IsExpression(string text) => text.StartsWith('[') && text.EndsWith(']');

    [GeneratedRegex(@"\blist\w*\s*\(", RegexOptions.IgnoreCase)]
    private static partial Regex ListCall();

    [GeneratedRegex(@"reference\('(?<resource>\w+)'\)\.\w*ConnectionString", RegexOptions.IgnoreCase)]
    private static partial Regex ConnectionStringOf();

    [GeneratedRegex(@"ConnectionString|InstrumentationKey|\w*Key\b|\blist\w*\s*\(", RegexOptions.IgnoreCase)]
    private static partial Regex KeyOrConnectionString();
}
