using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

/// <summary>
/// The resources that a deployment would make, as <c>bicep snapshot</c> predicts them: the template with its
/// parameters, conditions and loops worked out. What only Azure knows stays an expression.
/// </summary>
internal sealed class PredictedDeployment
{
    public const string WriteRegion = "westeurope";

    private const string Subscription = "00000000-0000-0000-0000-000000000001";

    private static readonly ConcurrentDictionary<string, Lazy<PredictedDeployment>> Known = new(StringComparer.Ordinal);

    private readonly JsonArray resources;

    private PredictedDeployment(JsonArray resources) => this.resources = resources;

    /// <summary>With nothing set but the environment's name.</summary>
    public static PredictedDeployment OfDefaults => Of("");

    /// <summary>With every costly promise taken.</summary>
    public static PredictedDeployment OfProduction => Of(
        """
        param cosmosCapacity = 'autoscale'
        param cosmosAutoscaleMaxRu = 4000
        param cosmosReadRegions = ['northeurope']
        param cosmosBackup = 'Continuous30Days'
        param zoneRedundant = true
        param vnetEnabled = true
        param alwaysReadyInstances = 2
        param instanceMemoryMB = 4096
        param maximumInstanceCount = 200
        param alertEmail = 'on-call@example.com'
        param playerKeysVaultName = 'kv-players'
        param allowedOrigins = 'https://watch.example'
        param playbackKeysVaultName = 'kv-playback'
        param playbackIssuer = 'https://streams.example'
        """);

    /// <summary>With every number different from its default, and the choices that the others do not make.</summary>
    public static PredictedDeployment OfOtherValues => Of(
        """
        param maxConcurrentStreams = 7
        param plans = '{"default":{"rules":[{"name":"streams","limit":7}]}}'
        param observeOnly = true
        param leaseSeconds = 600
        param heartbeatIntervalSeconds = 120
        param deadlineSeconds = 9
        param cosmosConsistencyLevel = 'BoundedStaleness'
        param cosmosBackup = 'Periodic'
        param logRetentionDays = 90
        param logDailyQuotaGB = 11
        param telemetrySamplingPercent = 44
        param serverErrorSharePercent = 13
        param unauthorizedSharePercent = 35
        param p95LatencyMilliseconds = 250
        param throttledRequests = 12
        param normalizedRuPercent = 66
        """);

    public IReadOnlyList<JsonObject> All => [.. resources.Select(resource => resource!.AsObject())];

    /// <summary>With the given lines of a parameter file.</summary>
    /// <exception cref="BicepException">The compiler rejects them.</exception>
    public static PredictedDeployment Of(string parameters) =>
        Known.GetOrAdd(parameters, lines => new Lazy<PredictedDeployment>(() => Predict(lines))).Value;

    /// <summary>The only resource of a type.</summary>
    public JsonObject Only(string type) => OfType(type).Single();

    public IEnumerable<JsonObject> OfType(string type) => All.Where(resource => (string?)resource["type"] == type);

    /// <summary>The app settings of the function app, by name.</summary>
    public IReadOnlyDictionary<string, string> AppSettings() =>
        Only("Microsoft.Web/sites")["properties"]!["siteConfig"]!["appSettings"]!.AsArray()
            .ToDictionary(setting => (string)setting!["name"]!, setting => (string)setting!["value"]!);

    private static PredictedDeployment Predict(string parameters)
    {
        using var copy = new InfrastructureCopy();
        copy.Write("infra/test.bicepparam", $"using './main.bicep'\nparam environmentName = 'test'\n{parameters}\n");
        var file = copy.Path("infra/test.bicepparam");
        BicepCompiler.CompileParameters(file);
        var snapshot = JsonNode.Parse(BicepCompiler.Snapshot(file, Subscription, resourceGroup: "rg-test", WriteRegion))!;
        return new PredictedDeployment(snapshot["predictedResources"]!.AsArray());
    }
}

/// <summary>A copy of what the compiler reads, in a folder of its own, to add to and to spoil.</summary>
internal sealed class InfrastructureCopy : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("stream-checker-infra-");

    public InfrastructureCopy()
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.Path("infra"), "*", SearchOption.AllDirectories))
        {
            CopyIn(System.IO.Path.GetRelativePath(RepositoryFiles.Root, file));
        }

        CopyIn("bicepconfig.json");
        CopyIn("StreamChecker/StoredProcedure/streams.js");
        CopyIn("StreamChecker/StoredProcedure/streams.id");
    }

    public string Path(string relative) => System.IO.Path.Combine(folder.FullName, relative);

    public void Write(string relative, string text) => File.WriteAllText(Path(relative), text);

    public void Dispose() => folder.Delete(recursive: true);

    private void CopyIn(string relative)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(relative))!);
        File.Copy(RepositoryFiles.Path(relative), Path(relative));
    }
}
