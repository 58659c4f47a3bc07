using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using StreamChecker.Reliability.Functions.Host;
using StreamChecker.Tests.Http;

namespace StreamChecker.Reliability.Functions.Export;

/// <summary>What the built Functions app sends about itself, by the settings that it has in Azure.</summary>
[Collection(BuiltAppTests.Name)]
public sealed class TelemetryExportTests(BuiltApp app) : IAsyncLifetime
{
    private const string Household = "secret household";
    private const string Warning = "Responded with 503";
    private const string CosmosSpan = "execute_stored_procedure streams";

    private readonly List<string> secrets =
    [
        Household, Uri.EscapeDataString(Household), Base64(Household), "secret film", "secret device", "secret-key", FunctionsHost.Key,
    ];

    private TelemetryEndpoints endpoints = null!;

    public async Task InitializeAsync() => endpoints = await TelemetryEndpoints.StartAsync();

    public async Task DisposeAsync() => await endpoints.DisposeAsync();

    [Fact]
    public async Task WithAConnectionString_MetricsSpansAndWarningsReachApplicationInsights()
    {
        await RunAppAsync(endpoints.ApplicationInsights);

        Assert.All(endpoints.Received, request => Assert.Equal((Destination.ApplicationInsights, null), (request.Destination, request.Authorization)));
        AssertInApplicationInsights();
        AssertNothingPersonalAndNothingElsewhere();
    }

    [Fact]
    public async Task WithAnAuthenticationString_ApplicationInsightsGetsATokenOfTheManagedIdentity()
    {
        await RunAppAsync(endpoints.ApplicationInsightsByIdentity);

        Assert.All(endpoints.Received, request => Assert.Equal((Destination.ApplicationInsights, $"Bearer {TelemetryEndpoints.Token}"), (request.Destination, request.Authorization)));
        AssertInApplicationInsights();
        AssertNothingPersonalAndNothingElsewhere();
    }

    [Theory]
    [InlineData("ClientId=11111111-2222-3333-4444-555555555555")]
    [InlineData("AAD")]
    public async Task WithAnAuthenticationStringThatNamesNoAuthorization_TheAppDoesNotStart_AndNamesTheSetting(string authentication)
    {
        const string setting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync([.. endpoints.ApplicationInsights, (setting, authentication)]));

        Assert.Contains($"{setting} must be Authorization=AAD", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithAnOtlpEndpoint_EverythingGoesThere()
    {
        await RunAppAsync(endpoints.Otlp);

        Assert.DoesNotContain(endpoints.Received, request => request.Destination == Destination.ApplicationInsights);
        AssertByOtlp();
        AssertNothingPersonalAndNothingElsewhere();
    }

    [Fact]
    public async Task WithBoth_EverythingGoesToBoth()
    {
        await RunAppAsync([.. endpoints.ApplicationInsights, .. endpoints.Otlp]);

        AssertInApplicationInsights();
        AssertByOtlp();
        AssertNothingPersonalAndNothingElsewhere();
    }

    [Fact]
    public async Task WithNeither_TheHostGetsTheWarnings()
    {
        var logs = await RunAppAsync(endpoints.None);

        Assert.Contains(logs, log => log.StartsWith(Warning, StringComparison.Ordinal));
        Assert.Empty(endpoints.Received);
        AssertNothingPersonalAndNothingElsewhere();
    }

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("0.5", 1, 39)]
    public async Task WithASamplingRatio_ThatShareOfTheTracesArrives_AndEveryMetricAndWarning(string ratio, int fewest, int most)
    {
        await RunAppAsync(
            [.. endpoints.ApplicationInsights, ("OTEL_TRACES_SAMPLER", "microsoft.fixed_percentage"), ("OTEL_TRACES_SAMPLER_ARG", ratio)], lists: 40);

        var lists = Rows("RemoteDependencyData").Where(row => row.Data.GetProperty("name").GetString() == "function ListStreams").ToList();
        Assert.InRange(lists.Count, fewest, most);
        Assert.All(lists, list => Assert.Contains(Rows("RemoteDependencyData"), row => row.Parent == list.Id));
        Assert.All(lists, list => Assert.Equal(50, list.SampleRate));
        Assert.Equal(1, Sum("stream_checker.starts", "stream_checker.outcome", "admitted"));
        Assert.Contains(Rows("MessageData"), row => row.Data.GetProperty("message").GetString()!.StartsWith(Warning, StringComparison.Ordinal));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text))[..^4];

    /// <summary>Runs the app for a few calls, one of which the store does not complete, and returns what the host was given to log.</summary>
    private async Task<IReadOnlyList<string>> RunAppAsync(IReadOnlyList<(string Name, string Value)> settings, int lists = 1)
    {
        await using var host = await app.StartAsync([.. settings, ("StreamChecker__DeadlineSeconds", "3"), ("StreamChecker__PlayerKeys", PrivacyTests.PlayerKey)]);
        using var client = host.CreateClient(new SampledTraces());
        while ((await client.SendAsync(HttpMethod.Get, "/health/ready")).Status != HttpStatusCode.OK)
        {
            await Task.Delay(100);
        }

        var user = $"{Household} {Guid.NewGuid()}";
        var started = await client.StartAsync(user, "secret film", "secret device", idempotencyKey: "secret-key");
        Assert.Equal(HttpStatusCode.Created, started.Status);
        secrets.Add(started.Id);
        var player = new Uri(started.Body.GetProperty("player").GetProperty("url").GetString()!).AbsolutePath;
        secrets.Add(player.Split('/')[^1]);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync(player + "/heartbeat", [], null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatAsync(started.Id)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.SetLimitAsync(user, 1)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.StartAsync(user, "secret film", "secret device")).Status);
        for (var list = 0; list < lists; list++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.ListAsync(user)).Status);
        }

        app.Store.Close();
        try
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.StopAsync(started.Id)).Status);
        }
        finally
        {
            app.Store.Open();
        }

        Assert.Equal(HttpStatusCode.NoContent, (await client.StopAsync(started.Id)).Status);
        Assert.Equal(0, await host.TerminateWorkerAsync());
        return [.. host.Logs.Select(log => log.Message)];
    }

    private void AssertInApplicationInsights()
    {
        // Counters and histograms arrive as sums, one row for each combination of attributes.
        Assert.Equal(1, Sum("stream_checker.starts", "stream_checker.outcome", "admitted"));
        Assert.Equal(1, Sum("stream_checker.starts", "stream_checker.outcome", "limit_reached"));
        Assert.True(Sum("stream_checker.partition.operation.duration", "stream_checker.operation", "stop") >= 2);

        // One trace: the worker's span, the partition's below it, the Cosmos DB SDK's below that. (The warm-up's are no function's.)
        var spans = Rows("RemoteDependencyData").ToList();
        var chains = from cosmos in spans
                     where cosmos.Data.GetProperty("name").GetString() == CosmosSpan
                     join partitions in spans on cosmos.Parent equals partitions.Id
                     join functions in spans on partitions.Parent equals functions.Id
                     select (partitions, functions);
        var (partition, function) = chains.First();
        Assert.Equal("stream_checker.partition", partition.Data.GetProperty("name").GetString());
        Assert.StartsWith("function ", function.Data.GetProperty("name").GetString(), StringComparison.Ordinal);

        // Without a level it is an event of a span.
        var logs = Rows("MessageData").Where(row => row.Data.TryGetProperty("severityLevel", out _)).ToList();
        Assert.Contains(logs, log => log.Data.GetProperty("message").GetString()!.StartsWith(Warning, StringComparison.Ordinal));
        Assert.All(logs, log => Assert.Equal("Warning", log.Data.GetProperty("severityLevel").GetString()));
    }

    private void AssertByOtlp()
    {
        AssertSent(Destination.OtlpMetrics, "stream_checker.starts");
        AssertSent(Destination.OtlpSpans, "stream_checker.partition");
        AssertSent(Destination.OtlpSpans, "function StartStream");
        AssertSent(Destination.OtlpSpans, CosmosSpan);
        AssertSent(Destination.OtlpLogs, Warning);
    }

    private void AssertSent(Destination destination, string text) => Assert.Contains(
        endpoints.Received, request => request.Destination == destination && request.Text.Contains(text, StringComparison.Ordinal));

    private double Sum(string metric, string attribute, string value) => Rows("MetricData")
        .Where(row => row.Data.TryGetProperty("properties", out var properties) && properties.TryGetProperty(attribute, out var given) && given.GetString() == value)
        .SelectMany(row => row.Data.GetProperty("metrics").EnumerateArray())
        .Where(point => point.GetProperty("name").GetString() == metric)
        .Sum(point => point.GetProperty("value").GetDouble());

    private void AssertNothingPersonalAndNothingElsewhere()
    {
        Assert.Empty(endpoints.Strays);
        Assert.All(secrets, secret => Assert.DoesNotContain(endpoints.Received, request => request.Text.Contains(secret, StringComparison.Ordinal)));
    }

    private IEnumerable<Row> Rows(string type) =>
        from request in endpoints.Received
        from item in request.Items
        let data = item.GetProperty("data")
        where data.GetProperty("baseType").GetString() == type
        select new Row(item, data.GetProperty("baseData"));

    /// <summary>A row of Application Insights.</summary>
    private sealed record Row(JsonElement Item, JsonElement Data)
    {
        public string Id => Data.GetProperty("id").GetString()!;

        public string? Parent => Item.GetProperty("tags").TryGetProperty("ai.operation.parentId", out var id) ? id.GetString() : null;

        /// <summary>The percentage of such rows that is sent, where it is not all.</summary>
        public int? SampleRate => Item.TryGetProperty("sampleRate", out var rate) ? (int)rate.GetDouble() : null;
    }

    /// <summary>Begins a sampled trace with each request, as the Functions host does where it sends its own spans.</summary>
    private sealed class SampledTraces : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("traceparent", $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
