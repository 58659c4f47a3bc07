using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.Embedded;
using StreamChecker.Embedded.Storage;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Rules;

/// <summary>The limiter over the embedded engine, which runs the real <c>streams.js</c>, with a clock that the test moves.</summary>
internal sealed class PartitionOnThisMachine : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();

    public PartitionOnThisMachine(Action<StreamCheckerOptions>? configure = null)
    {
        var options = new StreamCheckerOptions();
        configure?.Invoke(options);
        Engine = DocumentEngine.Open(new EmbeddedOptions { DataPath = folder.Path }, Time, NullLogger.Instance);
        Partitions = new(Engine);
        Limiter = new(Partitions, Options.Create(options), Time, Telemetry.None());
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero));

    public DocumentEngine Engine { get; }

    public EmbeddedStreamPartitions Partitions { get; }

    public StreamLimiter Limiter { get; }

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
        await Engine.DisposeAsync();
        folder.Dispose();
    }
}
