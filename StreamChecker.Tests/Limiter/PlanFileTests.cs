using System.Text.Json;
using Json.Schema;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StreamChecker.Tests.Limiter;

/// <summary>What a file of plans may say, and how an error in it is reported.</summary>
public sealed class PlanFileTests
{
    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.FromFile(RepositoryFiles.Path("docs/samples/plans.schema.json")));

    [Fact]
    public void AFile_BecomesPlansInItsOrder()
    {
        var plans = Read(
            """
            {
              "$schema": "https://example.test/plans.schema.json",
              // Comments and trailing commas are allowed: people review this file.
              "default": {"rules": [{"name": "streams", "limit": 3}]},
              "premium": {"rules": [
                {"name": "streams",    "limit": 4},
                {"name": "uhd",        "limit": 1, "where": {"quality": ["uhd"]}, "require": true},
                {"name": "same-title", "limit": 2, "per": "streamId"},
                {"name": "live-sport", "limit": 1, "where": {"category": ["sport"], "type": ["live"]}, "onLimit": "replaceOldest"},
                {"name": "devices",    "limit": 3, "distinct": "deviceId", "onLimit": "reject"},
                {"name": "places",     "limit": 2, "distinct": "network", "mode": "observe"},
              ]},
            }
            """);

        Assert.Equal(["default", "premium"], plans.Select(plan => plan.Name));
        Assert.Equal((3, 4), (plans[0].Limit, plans[1].Limit));
        Assert.Equal(["category", "network", "quality", "type"], plans[1].Tags);
        var rules = plans[1].Rules.ToDictionary(rule => rule.Name);
        Assert.Equal(["uhd"], rules["uhd"].Where!["quality"]);
        Assert.Equal(["quality"], rules["uhd"].Require);
        Assert.Equal(("streamId", "deviceId"), (rules["same-title"].Per, rules["devices"].Distinct));
        Assert.Equal((OnLimit.ReplaceOldest, OnLimit.Reject, null), (rules["live-sport"].OnLimit, rules["devices"].OnLimit, rules["streams"].OnLimit));
        Assert.True(rules["places"].Observe);
    }

    [Fact]
    public void APlanWhoseRuleForAllStreamsIsObserved_IsStillBounded()
    {
        var plan = Assert.Single(Read("""{"default":{"rules":[{"name":"streams","limit":3,"mode":"observe"}]}}"""));

        Assert.Equal([("streams", 3, true), ("service-maximum", 100, false)], plan.Rules.Select(rule => (rule.Name, rule.Limit, rule.Observe)));
    }

    [Fact]
    public void TheHash_IsThatOfNameAndRules()
    {
        const string premium = """{"premium":{"rules":[{"name":"streams","limit":3}]}}""";

        Assert.Equal(Read(premium)[0].Hash, Read(premium.Replace(":", " : ", StringComparison.Ordinal))[0].Hash);
        Assert.NotEqual(Read(premium)[0].Hash, Read(premium.Replace("3", "4", StringComparison.Ordinal))[0].Hash);
        Assert.NotEqual(Read(premium)[0].Hash, Read(premium.Replace("premium", "gold", StringComparison.Ordinal))[0].Hash);
    }

    [Theory]
    [InlineData("{", "plans.json: is not valid JSON:")]
    [InlineData("[]", "plans.json: must be an object with a member for each plan.")]
    [InlineData("{}", "plans.json: has no plan.")]
    [InlineData("""{"default":{"rules":[]},"default":{"rules":[]}}""", "plans.json: is not valid JSON:")]
    [InlineData("""{"default":[]}""", "plans.json, plan \"default\": must be an object with the array \"rules\".")]
    [InlineData("""{"Gold":{"rules":[{"name":"streams","limit":1}]}}""", "plans.json, plan \"Gold\": its name must have 1 to 64 lower-case letters, digits or hyphens, and begin with a letter or digit.")]
    [InlineData("""{"gold":{"rules":[{"name":"streams","limit":1}],"limit":3}}""", "plans.json, plan \"gold\": has the unknown member \"limit\"; a plan has rules.")]
    [InlineData("""{"gold":{"rules":[]}}""", "plans.json, plan \"gold\": must have 1 to 16 rules.")]
    [InlineData("""{"gold":{"rules":[{"name":"uhd","limit":1}]}}""", "plans.json, plan \"gold\": has no rule \"streams\", the limit on all streams.")]
    public void AnError_NamesTheFileAndThePlan_AndTheSchemaFindsItToo(string json, string error)
    {
        Assert.StartsWith(error, Error(json), StringComparison.Ordinal);
        if (!error.Contains("not valid JSON", StringComparison.Ordinal))
        {
            Assert.NotNull(SchemaEvaluation.Error(() => Schema.Value, JsonDocument.Parse(json).RootElement));
        }
    }

    [Theory]
    [InlineData("1", "rule 2: must be an object.")]
    [InlineData("""{"limit":1}""", "rule 2: has no name.")]
    [InlineData("""{"name":"UHD","limit":1}""", "rule \"UHD\": its name must have 1 to 64 lower-case letters, digits or hyphens, and begin with a letter or digit.")]
    [InlineData("""{"name":"streams","limit":1}""", "rule \"streams\": has the name of another rule.")]
    [InlineData("""{"name":"service-maximum","limit":1}""", "rule \"service-maximum\": has a name that the service uses itself.")]
    [InlineData("""{"name":"uhd"}""", "rule \"uhd\": has no limit.")]
    [InlineData("""{"name":"uhd","limit":101}""", "rule \"uhd\": limit must be a whole number from 0 to 100.")]
    [InlineData("""{"name":"uhd","limit":"1"}""", "rule \"uhd\": limit must be a whole number from 0 to 100.")]
    [InlineData("""{"name":"uhd","minimum":1,"limit":2}""", "rule \"uhd\": has the unknown member \"minimum\"; a rule has name, limit, where, per, distinct, require, onLimit and mode, and is an upper limit.")]
    [InlineData("""{"name":"uhd","limit":1,"where":{}}""", "rule \"uhd\": where must be an object with a member for each tag.")]
    [InlineData("""{"name":"uhd","limit":1,"where":{"quality":"uhd"}}""", "rule \"uhd\": where: the tag \"quality\" must have an array of texts, at least one.")]
    [InlineData("""{"name":"uhd","limit":1,"where":{"quality":[""]}}""", "rule \"uhd\": where: the tag \"quality\" must have an array of texts, at least one.")]
    [InlineData("""{"name":"uhd","limit":1,"where":{"deviceId":["tv"]}}""", "rule \"uhd\": where: the tag \"deviceId\" is the name of a field; use another name.")]
    [InlineData("""{"name":"uhd","limit":1,"where":{"Quality":["uhd"]}}""", "rule \"uhd\": where: the tag \"Quality\" must be a lower-case letter, then up to 31 letters or digits.")]
    [InlineData("""{"name":"uhd","limit":1,"per":"userId"}""", "rule \"uhd\": per must be streamId, deviceId or the name of a tag.")]
    [InlineData("""{"name":"uhd","limit":1,"distinct":7}""", "rule \"uhd\": distinct must be streamId, deviceId or the name of a tag.")]
    [InlineData("""{"name":"uhd","limit":1,"per":"streamId","distinct":"network"}""", "rule \"uhd\": has both per and distinct; make two rules of it.")]
    [InlineData("""{"name":"uhd","limit":1,"require":true}""", "rule \"uhd\": requires no value, since it has no where, per or distinct.")]
    [InlineData("""{"name":"uhd","limit":1,"require":"yes"}""", "rule \"uhd\": require must be true or false.")]
    [InlineData("""{"name":"uhd","limit":1,"onLimit":"evict"}""", "rule \"uhd\": onLimit must be \"reject\" or \"replaceOldest\".")]
    [InlineData("""{"name":"uhd","limit":1,"mode":"off"}""", "rule \"uhd\": mode must be \"enforce\" or \"observe\".")]
    public void AnError_NamesTheRule_AndTheSchemaFindsItToo(string rule, string error)
    {
        var json = """{"gold":{"rules":[{"name":"streams","limit":1},RULE]}}""".Replace("RULE", rule, StringComparison.Ordinal);

        Assert.Equal($"plans.json, plan \"gold\", {error}", Error(json));
        Assert.NotNull(SchemaEvaluation.Error(() => Schema.Value, JsonDocument.Parse(json).RootElement));
    }

    [Fact]
    public void TwoRulesOfOneName_AreAnError() => Assert.Equal(
        "plans.json, plan \"gold\", rule \"uhd\": has the name of another rule.",
        Error("""{"gold":{"rules":[{"name":"streams","limit":1},{"name":"uhd","limit":1},{"name":"uhd","limit":2}]}}"""));

    [Fact]
    public void TheRuleForAllStreams_CountsAllStreams() => Assert.Equal(
        "plans.json, plan \"gold\", rule \"streams\": counts all streams: it can have no where, per or distinct.",
        Error("""{"gold":{"rules":[{"name":"streams","limit":1,"per":"network"}]}}"""));

    [Fact]
    public void AllErrors_AreReportedTogether()
    {
        var errors = PlanFile.Read("plans.json", """{"gold":{"rules":[{"name":"streams"},{"name":"uhd","limit":-1}]},"silver":{}}""", out var plans);

        Assert.Equal(3, errors.Count);
        Assert.Empty(plans);
    }

    [Theory]
    [InlineData("plans.json", null, "StreamChecker__PlansPath is ")]
    [InlineData("nowhere/plans.json", "{}", "StreamChecker__Plans and StreamChecker__PlansPath are both set; use one.")]
    [InlineData(null, "{}", "StreamChecker__Plans: has no plan.")]
    public void ASettingThatCannotBeUsed_IsNamed(string? path, string? text, string error) => Assert.StartsWith(
        error, Assert.Single(new PlanSource().Load(new() { PlansPath = path, Plans = text }).Errors), StringComparison.Ordinal);

    [Fact]
    public void AFileInTheCurrentDirectory_IsRead_AndNamedInItsErrors()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "plans.json");
        File.WriteAllText(path, """{"premium":{"rules":[{"name":"streams","limit":5}]}}""");

        var (plans, errors) = new PlanSource().Load(new() { PlansPath = path, MaxConcurrentStreams = 2 });
        Assert.Empty(errors);
        Assert.Equal([("default", 2), ("premium", 5)], plans.Select(plan => (plan.Name, plan.Limit)));

        File.WriteAllText(path, "{}");
        Assert.Equal($"{path}: has no plan.", Assert.Single(new PlanSource().Load(new() { PlansPath = path }).Errors));
    }

    [Fact]
    public void TheFile_IsReadOnce_SoThatThePlansAreThoseThatWereValidated()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "plans.json");
        File.WriteAllText(path, """{"premium":{"rules":[{"name":"streams","limit":5}]}}""");
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("StreamChecker:PlansPath", path)]).Build())
            .AddLogging()
            .AddStreamChecker()
            .BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();

        File.Delete(path);

        Assert.Equal(["default", "premium"], services.GetRequiredService<PlanCatalog>().All.Select(plan => plan.Name));
    }

    [Fact]
    public async Task TheServer_NamesAnErrorOfThePlansTogetherWithOthers()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await ServerProcess.FailAsync(folder.Path, ("StreamChecker__LeaseSeconds", "1"), ("StreamChecker__Plans", "{}"));

        Assert.Equal(1, exitCode);
        Assert.StartsWith("StreamChecker__LeaseSeconds is 1;", output.Trim(), StringComparison.Ordinal);
        Assert.EndsWith("StreamChecker__Plans: has no plan.", output.Trim(), StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Fact]
    public void TheSample_IsValid_ForTheSchemaToo()
    {
        var sample = File.ReadAllText(RepositoryFiles.Path("docs/samples/plans.json"));

        Assert.Equal(["default", "premium"], Read(sample).Select(plan => plan.Name));
        Assert.Null(SchemaEvaluation.Error(() => Schema.Value, JsonDocument.Parse(sample).RootElement));
    }

    private static IReadOnlyList<Plan> Read(string json)
    {
        Assert.Empty(PlanFile.Read("plans.json", json, out var plans));
        return plans;
    }

    private static string Error(string json) => Assert.Single(PlanFile.Read("plans.json", json, out _));
}
