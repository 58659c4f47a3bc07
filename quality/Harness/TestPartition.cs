using System.Text.Json;
using InProcessCosmos.Documents;
using InProcessCosmos.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Harness;

/// <summary>Where a test's partitions are.</summary>
public enum Store
{
    /// <summary>The embedded engine, called directly.</summary>
    Embedded,

    /// <summary>Cosmos DB: the real SDK, in front of the gateway in this process.</summary>
    Cosmos,
}

/// <summary>The limiter over a partition store that runs the real <c>streams.js</c>, with a clock that the test moves.</summary>
internal abstract class TestPartition : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();

    protected TestPartition(
        Action<IServiceCollection> addStore, Action<StreamCheckerOptions>? configure, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("StreamChecker:DataPath", folder.Path), .. settings ?? []])
            .Build();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<TimeProvider>(Time)
            .AddLogging()
            .AddSingleton(provider => DocumentEngine.Open(
                new() { DataPath = folder.Path, CountSyncs = true }, Time, provider.GetRequiredService<ILogger<DocumentEngine>>()))
            .AddStreamChecker();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        addStore(services);
        Services = services.BuildServiceProvider();
        Partitions = Services.GetRequiredService<IStreamPartitions>();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero));

    /// <summary>The database's time, in milliseconds.</summary>
    public long Now => Engine.Clock.Now();

    public ServiceProvider Services { get; }

    public DocumentEngine Engine => Services.GetRequiredService<DocumentEngine>();

    public IStreamPartitions Partitions { get; }

    public StreamLimiter Limiter => Services.GetRequiredService<StreamLimiter>();

    /// <summary>One of the two stores, whose calls know nothing of the leaps that a test's clock makes.</summary>
    public static async Task<TestPartition> OpenPatientAsync(Store store) =>
        store == Store.Cosmos ? await PartitionInCosmos.OpenPatientAsync() : new PartitionOnThisMachine();

    public Task<StartResult> StartAsync(string userId = "anna", string streamId = "film", string? deviceName = null) =>
        StartAsync(new() { UserId = userId, StreamId = streamId, DeviceName = deviceName });

    public Task<StartResult> StartAsync(StartStream start) => Limiter.StartAsync(start, CancellationToken.None);

    public Task<RenewResult> RenewAsync(StreamRecordId id) => Limiter.RenewAsync(id, CancellationToken.None);

    public Task<bool> StopAsync(StreamRecordId id) => Limiter.StopAsync(id, CancellationToken.None);

    public Task<SetLimitResult> SetLimitAsync(int? limit, string userId = "anna", string? idempotencyKey = null) =>
        Limiter.SetLimitAsync(userId, limit is null ? LimitChange.Reset : LimitChange.ToLimit(limit), idempotencyKey, CancellationToken.None);

    public Task<StopAllResult> StopAllAsync(string userId = "anna", string? idempotencyKey = null) =>
        Limiter.StopAllAsync(userId, idempotencyKey, CancellationToken.None);

    public async Task<IReadOnlyList<StreamRecord>> ActiveAsync(string userId = "anna") =>
        (await Limiter.ListAsync(userId, CancellationToken.None)).Streams;

    public async Task<StreamEnding> EndingAsync(StreamRecordId id) => Assert.IsType<RenewResult.Ended>(await RenewAsync(id)).Ending;

    /// <summary>A limiter over the same partitions, in a program that was started with other settings.</summary>
    public StreamLimiter With(Action<StreamCheckerOptions> configure)
    {
        var options = new StreamCheckerOptions();
        configure(options);
        return Limiters.Of(Partitions, options, Time);
    }

    /// <summary>The documents of a user's partition, by their ids: those that a transaction can see.</summary>
    public Task<Dictionary<string, JsonElement>> DocumentsAsync(string userId = "anna")
    {
        var container = Engine.Catalog.Container(StreamsContainer.Database, StreamsContainer.Id)!;
        return Engine.TryRun(new DocumentWorkItem<Dictionary<string, JsonElement>>(
            PartitionAddress.Of(container, PartitionKeyText.Of(userId)),
            transaction => transaction.All().ToDictionary(document => document.Id, document => JsonDocument.Parse(document.Json).RootElement),
            CancellationToken.None))!;
    }

    public async Task<JsonElement> DocumentAsync(StreamRecordId id) => (await DocumentsAsync(id.UserId))[id.Key.ToString()];

    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Sets the clock of the database's machine, forward or back.</summary>
    public void ShowTime(long moment)
    {
        if (moment >= Now)
        {
            Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(moment));
        }
        else
        {
            Time.AdjustTime(DateTimeOffset.FromUnixTimeMilliseconds(moment));
        }
    }

    public async Task<StartResult.Admitted> AdmitAsync(string userId = "anna", string streamId = "film", string? deviceName = null) =>
        Assert.IsType<StartResult.Admitted>(await StartAsync(userId, streamId, deviceName));

    public async Task<StartResult.LimitReached> RejectAsync(string userId = "anna") =>
        Assert.IsType<StartResult.LimitReached>(await StartAsync(userId));

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        folder.Dispose();
    }
}
