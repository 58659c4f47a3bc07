using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.Embedded.Storage;
using StreamChecker.Partitions;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Rules;

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

    public ServiceProvider Services { get; }

    public DocumentEngine Engine => Services.GetRequiredService<DocumentEngine>();

    public IStreamPartitions Partitions { get; }

    public StreamLimiter Limiter => Services.GetRequiredService<StreamLimiter>();

    public Task<StartResult> StartAsync(string userId = "anna", string streamId = "film", string? deviceName = null) =>
        StartAsync(new() { UserId = userId, StreamId = streamId, DeviceName = deviceName });

    public Task<StartResult> StartAsync(StartStream start) => Limiter.StartAsync(start, CancellationToken.None);

    public Task<RenewResult> RenewAsync(StreamRecordId id) => Limiter.RenewAsync(id, CancellationToken.None);

    public Task<bool> StopAsync(StreamRecordId id) => Limiter.StopAsync(id, CancellationToken.None);

    public Task SetLimitAsync(int? limit, string userId = "anna") => Limiter.SetLimitAsync(userId, limit, CancellationToken.None);

    public async Task<IReadOnlyList<StreamRecord>> ActiveAsync(string userId = "anna") =>
        (await Limiter.ListAsync(userId, CancellationToken.None)).Streams;

    public async Task<StreamEnding> EndingAsync(StreamRecordId id) => Assert.IsType<RenewResult.Ended>(await RenewAsync(id)).Ending;

    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public async Task<StartResult.Admitted> AdmitAsync(string userId = "anna", string streamId = "film", string? deviceName = null) =>
        Assert.IsType<StartResult.Admitted>(await StartAsync(userId, streamId, deviceName));

    public async Task<StartResult.LimitReached> RefuseAsync(string userId = "anna") =>
        Assert.IsType<StartResult.LimitReached>(await StartAsync(userId));

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        folder.Dispose();
    }
}
