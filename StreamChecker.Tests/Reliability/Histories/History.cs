using System.Collections.Concurrent;
using StreamChecker.Partitions;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Reliability.Histories;

/// <summary>Records calls while they run, from as many callers as there are, and checks them user by user afterwards.</summary>
internal sealed class History(HistoryClock clock)
{
    private readonly ConcurrentQueue<RecordedCall> calls = new();
    private readonly ConcurrentDictionary<string, string> recordIds = new();
    private long latest;

    public HistoryClock Clock => clock;

    public int Calls => calls.Count;

    public int Lost => calls.Count(call => call.Answer is null);

    /// <summary>A place in the order of all beginnings and ends.</summary>
    public long Tick() => Interlocked.Increment(ref latest);

    /// <summary>Sends a call, and records it with its answer.</summary>
    /// <param name="send">Sends it.</param>
    /// <param name="command">What it asks of the partition, the id of the record aside where only the answer tells it.</param>
    /// <param name="shown">How the caller sees a reply to the command.</param>
    /// <param name="faulty">
    /// Whether answers of the store may be lost on their way. Then the service may find its own try again, which is no
    /// replay for its caller.
    /// </param>
    public async Task<Answer> CallAsync(
        Func<Task<Answer>> send, StreamCommand command, Func<StreamCommand, StreamReply, string> shown, bool faulty = false)
    {
        var (began, mark) = (Tick(), clock.Mark);
        var answer = await send();
        var moments = clock.Since(mark);
        var ended = Tick();
        foreach (var seen in HttpAnswers.Seen(answer))
        {
            recordIds[seen.StreamId] = seen.Id.Key.ToString();
        }

        var text = HttpAnswers.Read(answer, saysReplayed: !faulty);
        Add(new()
        {
            Command = command, Began = began, Ended = text is null ? RecordedCall.Open : ended, Moments = moments, OpenSince = mark,
            Answer = text, Shown = shown,
        });
        return answer;
    }

    public void Add(RecordedCall call)
    {
        if (call.Command is StartCommand { RecordId.Length: > 0 } start)
        {
            recordIds[start.StreamId] = start.RecordId;
        }

        calls.Enqueue(call);
    }

    /// <summary>Checks every user's calls. Throws where they have no linearization.</summary>
    public HistoryVerdict Check()
    {
        var verdict = new HistoryVerdict(0, 0, 0, 0);
        foreach (var user in calls.GroupBy(call => call.Command.UserId))
        {
            var search = Linearizer.Search(user.Select(WithRecordId).Select(WithMoments));
            Assert.True(search.Found, $"Seed {Effort.Seed}: the calls of {user.Key} are not linearizable. {search.Story}");
            verdict += new HistoryVerdict(1, user.Count(), user.Count(call => call.Answer is null), search.Tried);
        }

        return verdict;
    }

    /// <summary>What may still take effect may do so at any moment until now.</summary>
    private RecordedCall WithMoments(RecordedCall call) =>
        call.Ended == RecordedCall.Open ? call with { Moments = clock.Since(call.OpenSince) } : call;

    /// <summary>A start without a key of its caller's has an id that only answers tell: its stream's name is used once.</summary>
    private RecordedCall WithRecordId(RecordedCall call) => call.Command is StartCommand { RecordId: "" } start
        ? call with { Command = start with { RecordId = recordIds.GetValueOrDefault(start.StreamId, $"never seen, of {start.StreamId}") } }
        : call;
}
