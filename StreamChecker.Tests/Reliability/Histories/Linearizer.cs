using System.Runtime.InteropServices;
using System.Text;
using StreamChecker.Tests.Reliability.Model;

namespace StreamChecker.Tests.Reliability.Histories;

/// <summary>
/// Searches one user's calls for a linearization: an order that keeps to real time (a call that ended before another
/// began comes before it) and in which the model gives every answer that was seen. Wing and Gong's search, with Lowe's
/// memory of the sets of calls and states that led nowhere.
/// </summary>
/// <remarks>Wing, Gong: Testing and Verifying Concurrent Objects (1993). Lowe: Testing for Linearizability (2017).</remarks>
internal sealed class Linearizer
{
    private const long MostTries = 3_000_000;

    private readonly RecordedCall[] calls;
    private readonly ulong[] done;
    private readonly HashSet<string> deadEnds = [];
    private readonly List<RecordedCall> order = [];
    private long tries;
    private RecordedCall[] longest = [];
    private ModelPartition longestState = ModelPartition.Empty;

    private Linearizer(IEnumerable<RecordedCall> calls)
    {
        this.calls = [.. calls.OrderBy(call => call.Began)];
        done = new ulong[(this.calls.Length / 64) + 1];
    }

    /// <summary>Searches the calls of one user, whose partition was empty before.</summary>
    /// <exception cref="InvalidOperationException">The search was given up: the history is too tangled to decide.</exception>
    public static Linearization Search(IEnumerable<RecordedCall> calls)
    {
        var search = new Linearizer(calls);
        var found = search.Continue(ModelPartition.Empty, moment: 0, latestBegin: -1);
        return new(found, search.tries, found ? null : search.Story());
    }

    private bool Continue(ModelPartition state, long moment, long latestBegin)
    {
        if (order.Count > longest.Length)
        {
            (longest, longestState) = ([.. order], state);
        }

        var soonestEnd = long.MaxValue;
        var waiting = false;
        for (var i = 0; i < calls.Length; i++)
        {
            if (!IsDone(i) && calls[i].Answer is not null)
            {
                waiting = true;
                soonestEnd = Math.Min(soonestEnd, calls[i].Ended);
            }
        }

        if (!waiting)
        {
            return true;
        }

        if (deadEnds.Contains(Signature(state, moment)))
        {
            return false;
        }

        for (var i = 0; i < calls.Length && calls[i].Began < soonestEnd; i++)
        {
            // A lost call whose time is over by the order so far never took effect.
            if (!IsDone(i) && calls[i].Ended > latestBegin && Try(i, state, moment, latestBegin))
            {
                return true;
            }
        }

        deadEnds.Add(Signature(state, moment));
        return false;
    }

    private bool Try(int next, ModelPartition state, long moment, long latestBegin)
    {
        var call = calls[next];
        foreach (var now in call.Moments)
        {
            if (now < moment)
            {
                continue;
            }

            if (++tries > MostTries)
            {
                throw new InvalidOperationException($"No decision after {MostTries} tries. {Story()}");
            }

            var (after, reply) = StreamRules.Apply(state, call.Command, now);
            if (call.Answer is { } answer ? answer != call.Shown(call.Command, reply) : after.Equals(state))
            {
                // Another answer than the one seen; or a lost call that would change nothing here.
                continue;
            }

            done[next / 64] |= 1UL << (next % 64);
            order.Add(call);
            if (Continue(after, now, Math.Max(latestBegin, call.Began)))
            {
                return true;
            }

            order.RemoveAt(order.Count - 1);
            done[next / 64] &= ~(1UL << (next % 64));
        }

        return false;
    }

    private bool IsDone(int call) => (done[call / 64] & (1UL << (call % 64))) != 0;

    private string Signature(ModelPartition state, long moment) =>
        string.Concat(MemoryMarshal.Cast<ulong, char>(done), moment.ToString("x", null), state.ToString());

    private string Story()
    {
        var story = new StringBuilder("The longest order that fits:").AppendLine();
        foreach (var call in longest)
        {
            story.Append("  ").AppendLine(call.ToString());
        }

        story.AppendLine($"leads to {longestState}, and none of these fits behind it:");
        foreach (var call in calls.Except(longest).Take(12))
        {
            story.Append("  ").Append(call).AppendLine();
            if (call.Answer is not null)
            {
                var seen = call.Moments.Select(now => call.Shown(call.Command, StreamRules.Apply(longestState, call.Command, now).Reply)).Distinct();
                story.Append("    the model would say: ").AppendLine(string.Join(" | ", seen));
            }
        }

        return story.ToString();
    }
}
