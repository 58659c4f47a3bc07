using Microsoft.Extensions.Logging;
using StreamChecker.Http;
using StreamChecker.Reliability.Histories;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Workloads;

/// <summary>The Server on one of the two stores, with the settings of <see cref="StreamWorkload"/> and a client in front.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    private readonly StreamServer server;
    private readonly TestPartition store;
    private readonly FailureLog log = new();

    private ServiceUnderTest(StreamServer server, TestPartition store, bool overSocket)
    {
        (this.server, this.store) = (server, store);
        server.With<ILogger<StreamApi>>(log);
        if (overSocket)
        {
            server.UseKestrel(0);
        }
        else
        {
            // So that a try of the store is known to be one of the call that is under way. A client takes it over when it is made.
            server.Server.PreserveExecutionContext = true;
        }

        Client = server.CreateClient();
        Clock = new(store.Time);
    }

    public HttpClient Client { get; }

    /// <summary>What the service logged as a failure of its own; each was a 500.</summary>
    public IReadOnlyCollection<Exception> Failures => log.Failures;

    public HistoryClock Clock { get; }

    /// <summary>The Server over a store of its own. It waits by the real clock: the database's makes leaps longer than its deadline.</summary>
    public static async Task<ServiceUnderTest> OpenAsync(Store kind, bool overSocket = false) =>
        Over(await TestPartition.OpenPatientAsync(kind), overSocket, deadlineSeconds: 60);

    /// <summary>The Server over a store that its caller has opened.</summary>
    /// <param name="store">The store; it is closed with the Server.</param>
    /// <param name="overSocket">Whether the client comes over a socket of the loopback, or in process.</param>
    /// <param name="deadlineSeconds">How long a call may try.</param>
    public static ServiceUnderTest Over(TestPartition store, bool overSocket = false, int deadlineSeconds = 60) =>
        new(Configured(deadlineSeconds).With<IStreamPartitions>(store.Partitions).With(TimeProvider.System), store, overSocket);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await store.DisposeAsync();
    }

    private static StreamServer Configured(int deadlineSeconds) => new StreamServer()
        .With(nameof(StreamCheckerOptions.LeaseSeconds), StreamWorkload.LeaseSeconds)
        .With(nameof(StreamCheckerOptions.HeartbeatIntervalSeconds), StreamWorkload.IntervalSeconds)
        .With(nameof(StreamCheckerOptions.Plans), StreamWorkload.Plans)
        .With(nameof(StreamCheckerOptions.DeadlineSeconds), deadlineSeconds);
}
