using StreamChecker.Reliability.Histories;
using StreamChecker.Reliability.Workloads;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Faults;

/// <summary>
/// The response to an operation is lost, others change the same partition, the service tries again by itself: the operation
/// takes effect once. Procedures without a memory of operations, or with too short a one, are detected.
/// </summary>
public sealed class OwnRetryTests
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["streams.js"] = StreamsProcedure.Body,
        ["no memory"] = Changed("return user && user.operations || [];", "return [];"),
        ["a memory of one"] = Changed("slice(-REMEMBER_LAST)", "slice(-1)"),
    };

    [Theory]
    [InlineData("streams.js", true)]
    [InlineData("no memory", false)]
    [InlineData("a memory of one", false)]
    public Task ALimitThatIsSetOnceAndTriedAgain_IsSetOnce(string text, bool isLinearizable) =>
        RunAsync(text, isLinearizable, caller => caller.LimitAsync(2), caller => caller.LimitAsync(3));

    [Theory]
    [InlineData("streams.js", true)]
    [InlineData("no memory", false)]
    [InlineData("a memory of one", false)]
    public Task AStopOfAllThatIsTriedAgain_SparesWhatWasStartedMeanwhile(string text, bool isLinearizable) => RunAsync(
        text,
        isLinearizable,
        caller => caller.StopAllAsync(),
        async caller =>
        {
            await caller.LimitAsync(5);
            await caller.StartAsync("meanwhile");
        });

    /// <summary>Runs an operation whose first response is lost, and something in the meantime, and judges the history.</summary>
    private static async Task RunAsync(string text, bool isLinearizable, Func<Caller, Task> operation, Func<Caller, Task> meanwhile)
    {
        Caller? caller = null;
        var connection = new FaultyConnection(new Random(Effort.Seed))
        {
            OneIn = 1, AtMost = 1, Faults = [new(FaultKind.Reset, AfterCommit: true)], Meanwhile = () => meanwhile(caller!),
        };
        await using var service = ServiceUnderTest.Over(await PartitionInCosmos.OpenPatientAsync(connection, Texts[text]), deadlineSeconds: 30);
        caller = new(new(service.Clock), service.Client);
        await caller.StartAsync("before");
        connection.History = caller.History;
        await operation(caller);
        connection.History = null;
        await caller.ListAsync();

        Assert.Equal(1, connection.Fired.Values.Sum());
        if (isLinearizable)
        {
            Assert.Equal(1, caller.History.Check().Repeated);
        }
        else
        {
            Assert.Contains("not linearizable", Assert.ThrowsAny<Exception>(() => caller.History.Check()).Message, StringComparison.Ordinal);
        }
    }

    private static string Changed(string what, string into)
    {
        Assert.Contains(what, StreamsProcedure.Body, StringComparison.Ordinal);
        return StreamsProcedure.Body.Replace(what, into, StringComparison.Ordinal);
    }

    private sealed record Caller(History History, HttpClient Client)
    {
        private const string User = "anna";

        // The service makes the ids of these operations.
        private const string Unknown = "";

        public Task<ApiResponse> StartAsync(string streamId) => CallAsync(
            () => Client.StartAsync(User, streamId),
            new StartCommand
            {
                UserId = User, Key = Unknown, StreamId = streamId, LeaseMs = StreamWorkload.LeaseSeconds * 1000, Plan = Plan.OfLimit(StreamWorkload.DefaultLimit),
            },
            (start, reply) => HttpReplies.Start((StartCommand)start, reply, saysReplayed: false));

        public Task<ApiResponse> LimitAsync(int limit) => CallAsync(
            () => Client.SetLimitAsync(User, limit),
            new SetLimitCommand { UserId = User, Change = LimitChange.ToLimit(limit), OperationId = Unknown },
            (_, reply) => HttpReplies.Limit(reply, saysReplayed: false));

        public Task<ApiResponse> StopAllAsync() => CallAsync(
            () => Client.StopAllAsync(User),
            new StopAllCommand { UserId = User, OperationId = Unknown },
            (_, reply) => HttpReplies.StopAll(reply, saysReplayed: false));

        public Task<ApiResponse> ListAsync() => CallAsync(
            () => Client.ListAsync(User),
            new ListCommand { UserId = User },
            (_, reply) => HttpReplies.List(reply));

        private Task<ApiResponse> CallAsync(Func<Task<ApiResponse>> send, StreamCommand command, Func<StreamCommand, StreamReply, string> shown) =>
            History.CallAsync(send, command, shown, faulty: true);
    }
}
