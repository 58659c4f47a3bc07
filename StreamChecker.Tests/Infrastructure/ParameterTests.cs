using System.Text.Json.Nodes;
using StreamChecker.Players;

namespace StreamChecker.Tests.Infrastructure;

public sealed class ParameterTests
{
    [BicepFact]
    public void EveryParameter_IsDescribed() =>
        Assert.All(CompiledTemplate.Parameters, parameter =>
            Assert.False(string.IsNullOrWhiteSpace((string?)parameter.Value!["metadata"]?["description"]), parameter.Key));

    [BicepFact]
    public void EveryNumber_HasARange() =>
        Assert.All(
            CompiledTemplate.Parameters.Where(parameter => (string?)parameter.Value!["type"] == "int"),
            parameter => Assert.True(
                parameter.Value!["allowedValues"] is not null
                    || (parameter.Value["minValue"] is not null && parameter.Value["maxValue"] is not null),
                parameter.Key));

    [BicepFact]
    public void OnlyTheEnvironmentsName_HasNoDefault() =>
        Assert.Equal(
            ["environmentName"],
            CompiledTemplate.Parameters.Where(parameter => parameter.Value!["defaultValue"] is null).Select(parameter => parameter.Key));

    [BicepFact]
    public void NoParameter_IsASecret() =>
        Assert.DoesNotContain(
            CompiledTemplate.Parameters,
            parameter => ((string)parameter.Value!["type"]!).StartsWith("secure", StringComparison.OrdinalIgnoreCase));

    [BicepTheory]
    [InlineData("maxConcurrentStreams", 0, 100, nameof(StreamCheckerOptions.MaxConcurrentStreams))]
    [InlineData("leaseSeconds", 0, 86_400, nameof(StreamCheckerOptions.LeaseSeconds))]
    [InlineData("heartbeatIntervalSeconds", 1, 86_400, nameof(StreamCheckerOptions.HeartbeatIntervalSeconds))]
    [InlineData("relaxedHeartbeatIntervalSeconds", 0, 86_400, nameof(StreamCheckerOptions.RelaxedHeartbeatIntervalSeconds))]
    [InlineData("relaxedLeaseSeconds", 0, 86_400, nameof(StreamCheckerOptions.RelaxedLeaseSeconds))]
    [InlineData("deadlineSeconds", 1, 60, nameof(StreamCheckerOptions.DeadlineSeconds))]
    public void Setting_HasTheRangeAndTheDefaultOfItsOption(string name, int least, int most, string option)
    {
        var parameter = Parameter(name);

        Assert.Equal(least, (int)parameter["minValue"]!);
        Assert.Equal(most, (int)parameter["maxValue"]!);
        Assert.Equal(
            (int)typeof(StreamCheckerOptions).GetProperty(option)!.GetValue(new StreamCheckerOptions())!,
            (int)parameter["defaultValue"]!);
    }

    [BicepFact]
    public void TheLifetimeOfAPlayersToken_HasTheDefaultOfItsOption() =>
        Assert.Equal(new PlayerOptions().PlayerTokenLifetimeSeconds, (int)Parameter("playerTokenLifetimeSeconds")["defaultValue"]!);

    [BicepTheory]
    [InlineData("param playerKeysVaultName = 'kv'\nparam playerTokenLifetimeSeconds = 60", "playerTokenLifetimeSeconds must be more than twice")]
    [InlineData("param heartbeatIntervalSeconds = 45", "heartbeatIntervalSeconds must be below half of leaseSeconds")]
    [InlineData("param leaseSeconds = 2\nparam heartbeatIntervalSeconds = 1", "heartbeatIntervalSeconds must be below half of leaseSeconds")]
    [InlineData("param relaxedHeartbeatIntervalSeconds = 180\nparam relaxedLeaseSeconds = 360", "relaxedHeartbeatIntervalSeconds must be at least")]
    [InlineData("param relaxedLeaseSeconds = 360", "relaxedHeartbeatIntervalSeconds must be at least")]
    [InlineData("param cosmosAutoscaleMaxRu = 1500", "cosmosAutoscaleMaxRu must be a multiple of 1000")]
    [InlineData("param cosmosReadRegions = ['northeurope']", "cosmosReadRegions needs cosmosCapacity autoscale")]
    public void CombinationThatCannotWork_IsRejectedBeforeAnythingIsMade(string parameters, string message)
    {
        var error = Assert.Throws<BicepException>(() => PredictedDeployment.Of(parameters));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [BicepTheory]
    [InlineData("param leaseSeconds = 0")]
    [InlineData("param leaseSeconds = 3\nparam heartbeatIntervalSeconds = 1")]
    [InlineData("param heartbeatIntervalSeconds = 44")]
    [InlineData("param relaxedHeartbeatIntervalSeconds = 120\nparam relaxedLeaseSeconds = 360")]
    public void CombinationAtTheEdge_IsAccepted(string parameters) =>
        Assert.NotEmpty(PredictedDeployment.Of(parameters).All);

    private static JsonObject Parameter(string name) => CompiledTemplate.Parameters[name]!.AsObject();
}
