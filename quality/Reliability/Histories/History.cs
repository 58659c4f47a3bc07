using System.Collections.Concurrent;
using StreamChecker.Reliability.Properties;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Histories;

/// <summary>
/// Records calls while they run, from as many callers as there are, and checks them user by user afterwards. What the
/// service tries again is one call with several tries, as far as they are seen on their way to the store.
/// </summary>
internal sealed class History(HistoryClock clock)
{
    private static readonly AsyncLocal<Call?> Current = new();

    private readonly ConcurrentQueue<Call> calls = new();
    private readonly ConcurrentDictionary<string, string> keys = new();
    private long latest;

    public HistoryClock Clock => clock;

    /// <summary>Sends a call, and records it with its response.</summary>
    /// <param name="send">Sends it.</param>
    /// <param name="command">What it asks of the partition, apart from what only the service knows: a key, an operation's id.</param>
    /// <param name="shown">How the caller sees a reply to the command.</param>
    /// <param name="faulty">
    /// Whether responses of the store may be lost on their way, where <see cref="Begin"/> is called for each try. Then the service may find its own
    /// try again, which is no replay for its caller.
    /// </param>
    public async Task<ApiResponse> CallAsync(
        Func<Task<ApiResponse>> send, StreamCommand command, Func<StreamCommand, StreamReply, string> shown, bool faulty = false)
    {
        var call = new Call { Asked = command, Whole = new Try(this) };
        calls.Enqueue(call);
        Current.Value = call;
        var response = await send();
        Current.Value = null;
        foreach (var seen in HttpResponses.Seen(response))
        {
            keys[seen.StreamId] = seen.Id.Key.ToString();
        }

        if (HttpResponses.Read(response, saysReplayed: !faulty) is { } text)
        {
            call.Whole.End();
            (call.Response, call.Shown) = (text, shown);
        }
        else if (faulty)
        {
            // All its tries were seen.
            call.Whole.Forget();
        }

        return response;
    }

    /// <summary>Records a try of the call that is under way here, on its way to the store.</summary>
    public Try Begin(StreamCommand command)
    {
        var one = new Try(this);
        if (Current.Value is { } call)
        {
            call.Sent = command;
            call.Tries.Enqueue(one);
        }

        return one;
    }

    /// <summary>Checks every user's calls. Throws where they have no linearization.</summary>
    public HistoryVerdict Check()
    {
        var verdict = new HistoryVerdict(0, 0, 0, 0, 0);
        foreach (var user in calls.GroupBy(call => call.Asked.UserId))
        {
            var recorded = user.Select(Recorded).ToList();
            var search = Linearizer.Search(recorded);
            Assert.True(search.Found, $"Seed {Effort.Seed}: the calls of {user.Key} are not linearizable. {search.Story}");
            verdict += new HistoryVerdict(1, recorded.Count, recorded.Count(call => call.IsLost), recorded.Count(call => call.Tries.Count > 1), search.Tried);
        }

        return verdict;
    }

    private RecordedCall Recorded(Call call)
    {
        var tries = call.Tries.Where(one => !one.IsForgotten).Select(one => one.Recorded(clock)).ToList();
        var answering = tries.FindLastIndex(one => one.Reply is not null);
        if (call.Response is null)
        {
            if (!call.Whole.IsForgotten)
            {
                tries.Add(call.Whole.Recorded(clock));
            }
        }
        else if (answering >= 0)
        {
            tries[answering] = tries[answering] with { Response = call.Response, Shown = call.Shown };
        }
        else
        {
            tries.Add(call.Whole.Recorded(clock) with { Response = call.Response, Shown = call.Shown });
        }

        return new(call.Sent ?? WithKey(call.Asked), tries);
    }

    /// <summary>A start without a key of its caller's has a key that only responses show: its stream's name is used once.</summary>
    private StreamCommand WithKey(StreamCommand command) => command is StartCommand { Key: "" } start
        ? start with { Key = keys.GetValueOrDefault(start.StreamId, $"never seen, of {start.StreamId}") }
        : command;

    private sealed class Call
    {
        public required StreamCommand Asked { get; init; }

        /// <summary>The call as a whole, from its caller's side.</summary>
        public required Try Whole { get; init; }

        public ConcurrentQueue<Try> Tries { get; } = new();

        /// <summary>The command as the service sent it, with its key or its operation's id.</summary>
        public StreamCommand? Sent { get; set; }

        public string? Response { get; set; }

        public Func<StreamCommand, StreamReply, string> Shown { get; set; } = (_, reply) => reply.ToString();
    }

    /// <summary>A try that is under way, or has ended.</summary>
    internal sealed class Try(History history)
    {
        private readonly long began = Interlocked.Increment(ref history.latest);
        private readonly int mark = history.Clock.Mark;
        private long ended = RecordedTry.Open;
        private IReadOnlyList<long>? moments;
        private string? reply;

        /// <summary>Whether it was rolled back: as if it had never been.</summary>
        public bool IsForgotten { get; private set; }

        /// <summary>It is over, and can no longer be carried out.</summary>
        public void End()
        {
            moments = history.Clock.Since(mark);
            ended = Interlocked.Increment(ref history.latest);
        }

        /// <summary>The store has committed it, whether or not a caller learns of it.</summary>
        public void Commit(StreamReply seen)
        {
            reply = ReplyText.Of(seen);
            End();
        }

        public void Forget() => IsForgotten = true;

        /// <summary>What may still be carried out may be so at any moment until now.</summary>
        public RecordedTry Recorded(HistoryClock clock) => new() { Began = began, Ended = ended, Moments = moments ?? clock.Since(mark), Reply = reply };
    }
}
