using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamChecker.Cosmos;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Functions;

/// <summary>The Functions app's settings: the ones it cannot do without, and the sample that <c>func start</c> begins with.</summary>
public sealed class FunctionsSettingsTests
{
    private static readonly string[] OfTheHost = ["AzureWebJobsStorage", "AzureWebJobsDisableHomepage", "FUNCTIONS_WORKER_RUNTIME"];

    [Fact]
    public async Task WithoutCosmosDb_TheAppDoesNotStart_AndNamesTheSettings()
    {
        using var app = App([]);

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());

        Assert.Contains("StreamChecker__Cosmos__AccountEndpoint", failure.Message, StringComparison.Ordinal);
        Assert.Contains("StreamChecker__Cosmos__ConnectionString", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithInvalidPlansAndAnInvalidLease_TheAppDoesNotStart_AndNamesBoth()
    {
        using var app = App(new Dictionary<string, string?>(Sample()) { ["StreamChecker__Plans"] = "{}", ["StreamChecker__LeaseSeconds"] = "1" });

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());

        Assert.Equal(2, failure.Failures.Count());
        Assert.Contains("StreamChecker__LeaseSeconds is 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("StreamChecker__Plans: has no plan.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithTheSample_TheAppStarts()
    {
        using var app = App(Sample().Where(setting => !OfTheHost.Contains(setting.Key)));

        await app.StartAsync();

        Assert.NotNull(app.Services.GetRequiredService<IStreamPartitions>());
        Assert.True(app.Services.GetRequiredService<IOptions<CosmosOptions>>().Value.Provision);
    }

    [Fact]
    public void TheSample_HoldsTheDefaultsAndNoUnknownSetting()
    {
        var known = new Dictionary<string, object?>();
        AddDefaults(known, StreamCheckerOptions.Section, new StreamCheckerOptions());
        AddDefaults(known, CosmosOptions.Section, new CosmosOptions());

        Assert.All(Sample().Where(setting => !OfTheHost.Contains(setting.Key)), setting =>
        {
            Assert.Contains(setting.Key, known.Keys);
            if (!setting.Key.Contains("Cosmos", StringComparison.Ordinal))
            {
                Assert.Equal(known[setting.Key]!.ToString(), setting.Value);
            }
        });
        Assert.Equal("dotnet-isolated", Sample()["FUNCTIONS_WORKER_RUNTIME"]);

        // Otherwise the Functions host returns its own page for the path "/".
        Assert.Equal("true", Sample()["AzureWebJobsDisableHomepage"]);
    }

    private static Dictionary<string, string?> Sample() =>
        new ConfigurationBuilder().AddJsonFile(RepositoryFiles.Path("local.settings.sample.json")).Build()
            .GetSection("Values").GetChildren().ToDictionary(setting => setting.Key, setting => setting.Value);

    /// <summary>What the app registers of the service, in a host of the same kind as the worker's.</summary>
    private static IHost App(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)));
        builder.Services.AddStreamChecker();
        builder.Services.AddCosmosStreamPartitions();
        return builder.Build();
    }

    private static void AddDefaults<TOptions>(Dictionary<string, object?> known, string section, TOptions defaults)
    {
        foreach (var property in typeof(TOptions).GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
        {
            known[$"{section}:{property.Name}".Replace(":", "__", StringComparison.Ordinal)] = property.GetValue(defaults);
        }
    }
}
