using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

public sealed class MonitoringTests
{
    private const string LogAlert = "Microsoft.Insights/scheduledQueryRules";
    private const string MetricAlert = "Microsoft.Insights/metricAlerts";

    [BicepFact]
    public void Telemetry_IsTakenFromIdentitiesOnly()
    {
        var deployment = PredictedDeployment.OfDefaults;

        Assert.True((bool)deployment.Only("Microsoft.Insights/components")["properties"]!["DisableLocalAuth"]!);
        Assert.True((bool)deployment.Only("Microsoft.OperationalInsights/workspaces")["properties"]!["features"]!["disableLocalAuth"]!);
    }

    [BicepFact]
    public void Telemetry_HasADailyCeilingAndAnEnd()
    {
        Assert.Equal((5, 30), CeilingAndEnd(PredictedDeployment.OfDefaults));
        Assert.Equal((11, 90), CeilingAndEnd(PredictedDeployment.OfOtherValues));

        static (int, int) CeilingAndEnd(PredictedDeployment deployment)
        {
            var workspace = deployment.Only("Microsoft.OperationalInsights/workspaces")["properties"]!;
            return ((int)workspace["workspaceCapping"]!["dailyQuotaGb"]!, (int)workspace["retentionInDays"]!);
        }
    }

    [BicepTheory]
    [InlineData("alert-server-errors", "counted = sumif(itemCount, toint(resultCode) between (500 .. 599))", 13)]
    [InlineData("alert-unauthorized", "counted = sumif(itemCount, toint(resultCode) in (401, 403))", 35)]
    [InlineData("alert-slow-requests", "p95 = percentilew(duration, itemCount, 95)", 250)]
    public void LogAlert_MeasuresRequests_AgainstItsParameter(string name, string measure, int threshold)
    {
        var rule = Rule(PredictedDeployment.OfOtherValues, LogAlert, name);
        var condition = Condition(rule);
        var query = (string)condition["query"]!;

        Assert.Equal(threshold, (int)condition["threshold"]!);
        Assert.StartsWith("requests\n", query.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("${", query, StringComparison.Ordinal);
        Assert.Contains(measure, query, StringComparison.Ordinal);
        Assert.Contains((string)condition["metricMeasureColumn"]!, Projection(query), StringComparison.Ordinal);
        Assert.Contains("/Microsoft.Insights/components/", (string)rule["scopes"]![0]!, StringComparison.Ordinal);
    }

    [BicepFact]
    public void LogAlert_WithMoreThanOneEvaluationPeriod_ProjectsTheTimestampThatItIsEvaluatedBy()
    {
        var several = PredictedDeployment.OfDefaults.OfType(LogAlert)
            .Select(rule => Condition(rule["properties"]!))
            .Where(condition => (int)condition["failingPeriods"]!["numberOfEvaluationPeriods"]! > 1)
            .ToList();

        Assert.NotEmpty(several);
        Assert.All(several, condition => Assert.Contains("timestamp", Projection((string)condition["query"]!), StringComparison.Ordinal));
    }

    [BicepFact]
    public void LogAlerts_AreMadeBeforeTheTablesThatTheyQueryExist() =>
        Assert.All(
            PredictedDeployment.OfDefaults.OfType(LogAlert),
            rule => Assert.True((bool)rule["properties"]!["skipQueryValidation"]!));

    [BicepTheory]
    [InlineData("alert-throttled", "TotalRequests", "Count", "StatusCode", "429", 12)]
    [InlineData("alert-busy-partition", "NormalizedRUConsumption", "Average", "PartitionKeyRangeId", "*", 66)]
    public void MetricAlert_WatchesTheDatabase_AgainstItsParameter(
        string name, string metric, string aggregation, string dimension, string value, int threshold)
    {
        var rule = Rule(PredictedDeployment.OfOtherValues, MetricAlert, name);
        var condition = Condition(rule);
        var split = Assert.Single(condition["dimensions"]!.AsArray())!;

        Assert.Equal(metric, (string?)condition["metricName"]);
        Assert.Equal(aggregation, (string?)condition["timeAggregation"]);
        Assert.Equal(dimension, (string?)split["name"]);
        Assert.Equal([value], split["values"]!.AsArray().Select(item => (string?)item));
        Assert.Equal(threshold, (int)condition["threshold"]!);
        Assert.Contains("/Microsoft.DocumentDB/databaseAccounts/", (string)rule["scopes"]![0]!, StringComparison.Ordinal);
    }

    [BicepFact]
    public void Alerts_AreOnAndMailed_WhereAnAddressIsGiven()
    {
        var deployment = PredictedDeployment.OfProduction;
        var group = (string)deployment.Only("Microsoft.Insights/actionGroups")["id"]!;
        var rules = Rules(deployment);

        Assert.Equal(5, rules.Count);
        Assert.All(rules, rule => Assert.True((bool)rule["properties"]!["enabled"]!));
        Assert.All(rules, rule => Assert.Contains(group, rule["properties"]!["actions"]!.ToJsonString(), StringComparison.Ordinal));
    }

    [BicepFact]
    public void Alerts_WithoutAnAddress_AreRaisedAllTheSame()
    {
        var deployment = PredictedDeployment.OfDefaults;

        Assert.Empty(deployment.OfType("Microsoft.Insights/actionGroups"));
        Assert.Equal(5, Rules(deployment).Count);
    }

    private static List<JsonObject> Rules(PredictedDeployment deployment) =>
        [.. deployment.OfType(LogAlert), .. deployment.OfType(MetricAlert)];

    private static JsonNode Rule(PredictedDeployment deployment, string type, string name) =>
        deployment.OfType(type).Single(rule => ((string)rule["name"]!).StartsWith(name, StringComparison.Ordinal))["properties"]!;

    private static string Projection(string query) => query.Split('\n').Single(line => line.StartsWith("| project", StringComparison.Ordinal));

    private static JsonNode Condition(JsonNode rule) => Assert.Single(rule["criteria"]!["allOf"]!.AsArray())!;
}
