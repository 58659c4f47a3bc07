using System.Runtime.InteropServices;
using System.Text;
using StreamChecker.Reliability.Model;
using StreamChecker.Reliability.Properties;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Histories;

/// <summary>
/// Searches one user's calls for a linearization: an order of their tries that keeps to real time (what ended before
/// another began comes before it), in which the model gives every response that was seen, and in which no call takes effect
/// twice. Wing and Gong's search, with Lowe's memory of the sets of tries and states that led nowhere.
/// </summary>
/// <remarks>Wing, Gong: Testing and Verifying Concurrent Objects (1993). Lowe: Testing for Linearizability (2017).</remarks>
internal sealed class Linearizer
{
    private const long MostAttempts = 3_000_000;

    private readonly (int Number, RecordedCall Call, RecordedTry Try)[] tries;
    private readonly ulong[] done;

    // The calls of several tries that have taken effect, by their numbers.
    private readonly SortedSet<int> effective = [];
    private readonly HashSet<string> deadEnds = [];
    private readonly List<int> order = [];
    private long attempts;
    private int[] longest = [];
    private ModelPartition longestState = ModelPartition.Empty;

    private Linearizer(IEnumerable<RecordedCall> calls)
    {
        tries = [.. calls.SelectMany((call, number) => call.Tries.Select(one => (number, call, one))).OrderBy(entry => entry.one.Began)];
        done = new ulong[(tries.Length / 64) + 1];
    }

    /// <summary>Searches the calls of one user, whose partition was empty before.</summary>
    /// <exception cref="InvalidOperationException">The search was given up: the history is too tangled to decide.</exception>
    public static Linearization Search(IEnumerable<RecordedCall> calls)
    {
        var search = new Linearizer(calls);
        var found = search.Continue(ModelPartition.Empty, moment: 0, latestBegin: -1);
        return new(found, search.attempts, found ? null : search.Story());
    }

    private bool Continue(ModelPartition state, long moment, long latestBegin)
    {
        if (order.Count > longest.Length)
        {
            (longest, longestState) = ([.. order], state);
        }

        var soonestEnd = long.MaxValue;
        var waiting = false;
        for (var i = 0; i < tries.Length; i++)
        {
            if (!IsDone(i) && tries[i].Try.IsCertain)
            {
                waiting = true;
                soonestEnd = Math.Min(soonestEnd, tries[i].Try.Ended);
            }
        }

        if (!waiting)
        {
            return true;
        }

        var signature = Signature(state, moment);
        if (deadEnds.Contains(signature))
        {
            return false;
        }

        for (var i = 0; i < tries.Length && tries[i].Try.Began < soonestEnd; i++)
        {
            // A lost try whose time is over by the order so far was never carried out.
            if (!IsDone(i) && tries[i].Try.Ended > latestBegin && Place(i, state, moment, latestBegin))
            {
                return true;
            }
        }

        deadEnds.Add(signature);
        return false;
    }

    /// <summary>Puts an attempt next, at each of its moments, and continues from there.</summary>
    private bool Place(int next, ModelPartition state, long moment, long latestBegin)
    {
        var (number, call, one) = tries[next];
        foreach (var read in one.Moments.Where(read => read >= moment))
        {
            // The clock may be moved between a try's reads and its writes, which the database stamps with the second.
            foreach (var written in one.Moments.Where(written => written >= read).DistinctBy(written => written / 1000))
            {
                if (++attempts > MostAttempts)
                {
                    throw new InvalidOperationException($"No decision after {MostAttempts} tries. {Story()}");
                }

                var (after, reply) = StreamRules.Apply(state, call.Command, read, written);
                var changes = !after.Equals(state);
                var isEffect = changes && call.Tries.Count > 1 && IsEffect(call.Command, reply);
                if (Fits(call.Command, one, reply) && (changes || one.IsCertain) && !(isEffect && effective.Contains(number)))
                {
                    done[next / 64] |= 1UL << (next % 64);
                    order.Add(next);
                    if (isEffect)
                    {
                        effective.Add(number);
                    }

                    if (Continue(after, written, Math.Max(latestBegin, one.Began)))
                    {
                        return true;
                    }

                    if (isEffect)
                    {
                        effective.Remove(number);
                    }

                    order.RemoveAt(order.Count - 1);
                    done[next / 64] &= ~(1UL << (next % 64));
                }

                if (!changes)
                {
                    break;
                }
            }
        }

        return false;
    }

    private static bool Fits(StreamCommand command, RecordedTry one, StreamReply reply) =>
        (one.Response is null || one.Response == one.Shown(command, reply)) && (one.Reply is null || one.Reply == ReplyText.Of(reply));

    /// <summary>Whether a call has done what it asks for: what an operation does twice is seen, a second renewal or stop is not.</summary>
    private static bool IsEffect(StreamCommand command, StreamReply reply) => (command, reply) is
        (StartCommand, StreamReply.Admitted { Replayed: false })
        or (StopAllCommand, StreamReply.Stopped { Replayed: false })
        or (SetLimitCommand, StreamReply.LimitSet { Replayed: false });

    private bool IsDone(int next) => (done[next / 64] & (1UL << (next % 64))) != 0;

    private string Signature(ModelPartition state, long moment) => string.Concat(
        string.Concat(MemoryMarshal.Cast<ulong, char>(done), moment.ToString("x", null)), string.Join(',', effective), state.ToString());

    private string Story()
    {
        var story = new StringBuilder("The longest order that fits:").AppendLine();
        foreach (var next in longest)
        {
            story.AppendLine($"  {tries[next].Call} {tries[next].Try}");
        }

        story.AppendLine($"leads to {longestState}, and none of these fits behind it:");
        foreach (var (_, call, one) in Enumerable.Range(0, tries.Length).Except(longest).Select(next => tries[next]).Take(12))
        {
            story.AppendLine($"  {call} {one}");
            if (one.IsCertain)
            {
                var seen = one.Moments.Select(now => one.Shown(call.Command, StreamRules.Apply(longestState, call.Command, now).Reply)).Distinct();
                story.Append("    the model would say: ").AppendLine(string.Join(" | ", seen));
            }
        }

        return story.ToString();
    }
}

/// <summary>The result of the search for an order.</summary>
/// <param name="Found">Whether there is an order of the calls in which the rules give every response that was seen.</param>
/// <param name="Tried">How many orders and parts of orders were looked at.</param>
/// <param name="Story">Where there is none: the longest part of an order, and the calls that do not fit behind it.</param>
internal sealed record Linearization(bool Found, long Tried, string? Story);

/// <summary>How much was checked and found linearizable.</summary>
internal sealed record HistoryVerdict(int Histories, int Calls, int Lost, int Repeated, long Tried)
{
    public static HistoryVerdict operator +(HistoryVerdict one, HistoryVerdict other) =>
        new(one.Histories + other.Histories, one.Calls + other.Calls, one.Lost + other.Lost, one.Repeated + other.Repeated, one.Tried + other.Tried);

    public override string ToString() =>
        $"{Histories} histories, {Calls} calls, {Lost} of them with a lost response, {Repeated} with a lost attempt, {Tried} tries to put them in order: all linearizable";
}
