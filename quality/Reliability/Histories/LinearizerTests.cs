using StreamChecker.Reliability.Model;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Histories;

/// <summary>The checker accepts what may happen, and rejects what must not.</summary>
public sealed class LinearizerTests
{
    private const string User = "anna";
    private const long LeaseMs = 60_000;
    private const long IntervalMs = 20_000;
    private const long Evening = 1_000_000;

    private readonly List<RecordedCall> calls = [];
    private long tick;
    private long now = Evening;

    [Fact]
    public void StartsUpToTheLimit_AndARejection_AreAccepted()
    {
        Then(Start("a"), Admitted(active: 1));
        Then(Start("b"), Admitted(active: 2));
        Then(Start("c"), Rejected("a", "b"));

        Accept();
    }

    [Fact]
    public void AnOverAdmission_IsRejected()
    {
        Then(Start("a"), Admitted(active: 1));
        Then(Start("b"), Admitted(active: 2));
        Then(Start("c"), Admitted(active: 3));

        Reject();
    }

    [Fact]
    public void AnOverAdmissionOfStartsAtOnce_IsRejected()
    {
        AtOnce(
            (Start("a"), Admitted(active: 1)), (Start("b"), Admitted(active: 2)), (Start("c"), Admitted(active: 2)));

        Reject();
    }

    [Fact]
    public void StartsAtOnce_AreAcceptedInWhateverOrderFits()
    {
        AtOnce(
            (Start("c"), Rejected("a", "b")), (Start("a"), Admitted(active: 2)), (Start("b"), Admitted(active: 1)));

        Accept();
    }

    [Fact]
    public void ACallThatEndedBeforeAnotherBegan_ComesBeforeIt()
    {
        Then(Start("a"), Admitted(active: 2));
        Then(Start("b"), Admitted(active: 1));

        Reject();
    }

    [Fact]
    public void ALostStop_IsRejected()
    {
        Then(Start("a"), Admitted(active: 1));
        Then(Stop("a"), new StreamReply.Stopped(1));
        Then(List, Listed("a"));

        Reject();
    }

    [Fact]
    public void APhantomDenial_IsRejected()
    {
        Then(Start("a"), Admitted(active: 1));
        Then(Stop("a"), new StreamReply.Stopped(1));
        Then(Start("b"), Admitted(active: 1));
        Then(Start("c"), Rejected("a", "b"));

        Reject();
    }

    [Fact]
    public void ADenialThatWasTrueWhileTheCallRan_IsAccepted()
    {
        Then(Start("a"), Admitted(active: 1));
        Then(Start("b"), Admitted(active: 2));
        AtOnce((Stop("a"), new StreamReply.Stopped(1)), (Start("c"), Rejected("a", "b")));

        Accept();
    }

    [Fact]
    public void TwoStreamsOfOneKey_AreRejected()
    {
        Then(Start("a"), Admitted(active: 1));
        Then(Start("a"), Admitted(active: 2));

        Reject();
    }

    [Fact]
    public void AReplay_IsAccepted()
    {
        Then(Start("a"), Admitted(active: 1));
        Then(Start("a"), Admitted(active: 1) with { Replayed = true });

        Accept();
    }

    [Fact]
    public void AnEvictionOfTheWrongStream_IsRejected()
    {
        Then(Start("a"), Admitted(active: 1));
        Pass(1);
        Then(Start("b"), Admitted(active: 2, at: now));
        Then(
            Start("c") with { ReplaceOldest = true },
            Admitted(active: 2, at: now) with { Replaced = [View("b", now)] });

        Reject();
    }

    [Fact]
    public void AnEvictionOfTheOldest_IsAccepted()
    {
        Then(Start("a"), Admitted(active: 1));
        Pass(1);
        Then(Start("b"), Admitted(active: 2, at: now));
        Then(
            Start("c") with { ReplaceOldest = true },
            Admitted(active: 2, at: now) with { Replaced = [View("a", Evening)] });

        Accept();
    }

    [Fact]
    public void AHeartbeatThatRevivesADeadLease_IsRejected()
    {
        Then(Start("a"), Admitted(active: 1));
        Pass(LeaseMs);
        Then(Heartbeat("a"), new StreamReply.Renewed(true, View("a", Evening) with { ExpiresAt = now + LeaseMs }));

        Reject();
    }

    [Fact]
    public void AHeartbeatWithinTheLease_IsAccepted()
    {
        Then(Start("a"), Admitted(active: 1));
        Pass(LeaseMs - 1);
        Then(Heartbeat("a"), new StreamReply.Renewed(true, View("a", Evening) with { ExpiresAt = now + LeaseMs }));

        Accept();
    }

    [Fact]
    public void WhatTheClockPassesWhileACallRuns_MayBeItsMoment()
    {
        Then(Start("a"), Admitted(active: 1));
        Then(Start("b"), Admitted(active: 2));
        Pass(LeaseMs);
        var lapsed = now;
        Add(Start("c"), Admitted(active: 1, at: lapsed), began: ++tick, ended: ++tick, Evening, lapsed);
        Add(List, Listed("c"), began: ++tick, ended: ++tick, Evening, lapsed);

        Reject("the list shows c as if it had started earlier");

        calls.RemoveAt(calls.Count - 1);
        Accept();
    }

    [Fact]
    public void ALostResponse_MayHaveTakenEffectLater_OrNever()
    {
        Lose(Start("a"), ended: RecordedTry.Open);
        Then(List, Listed());
        Accept();

        Then(List, Listed("a"));
        Accept();
    }

    [Fact]
    public void ALostResponse_DoesNotTakeEffectTwice()
    {
        Lose(Start("a"), ended: RecordedTry.Open);
        Then(List, Listed("a"));
        Then(Stop("a"), new StreamReply.Stopped(1));
        Then(List, Listed("a"));

        Reject();
    }

    [Fact]
    public void ALostResponseWhoseTimeIsOver_TakesNoEffectLater()
    {
        Lose(Start("a"), ended: tick + 2);
        Then(List, Listed());
        Then(List, Listed("a"));

        Reject();
    }

    [Fact]
    public void AnOperationWhoseTryWasLost_TakesEffectOnce()
    {
        var lost = Lost(ended: tick + 2);
        tick++;
        Then(Limit(3, "b"), Set(3));
        calls.Add(new(Limit(1, "a"), [lost, Seen(Set(1) with { Replayed = true })]));
        Then(List, Listed() with { Limit = 3 });
        Accept();

        Then(List, Listed() with { Limit = 1 });
        Reject("the second try has set the limit again");
    }

    [Fact]
    public void AnOperationThatIsCommittedTwice_IsRejected()
    {
        Then(Limit(1, "a"), Set(1));
        for (var i = 0; i < StreamRules.RememberedLast; i++)
        {
            Then(Limit(3, $"other {i}"), Set(3));
        }

        Then(Limit(1, "a"), Set(1));
        Accept();

        // The same as one call: its caller asked for it once.
        var tries = calls.Where(call => call.Command == Limit(1, "a")).SelectMany(call => call.Tries).ToList();
        calls.RemoveAll(call => call.Command == Limit(1, "a"));
        calls.Add(new(Limit(1, "a"), tries));
        Reject();
    }

    [Fact]
    public void AStopOfAllWhoseTryWasLost_CountsOnce()
    {
        Then(Start("a"), Admitted(active: 1));
        calls.Add(new(StopAll("s"), [Lost(ended: tick + 2), Seen(new StreamReply.Stopped(0))]));
        Then(List, Listed());
        Reject();

        calls.RemoveRange(1, 2);
        calls.Add(new(StopAll("s"), [Lost(ended: tick + 2), Seen(new StreamReply.Stopped(1, Replayed: true))]));
        Then(List, Listed());
        Accept();
    }

    [Fact]
    public void AStopThatEndedNothing_IsRejectedWhereTheStreamWasActive()
    {
        Then(Start("a"), Admitted(active: 1));
        Then(Stop("a"), new StreamReply.Stopped(0));

        Reject();
    }

    private static ListCommand List => new() { UserId = User };

    private static StartCommand Start(string key) => new() { UserId = User, Key = key, StreamId = "film", LeaseMs = LeaseMs, Plan = Plan.OfLimit(2) };

    private static StopCommand Stop(string key) => new() { UserId = User, Key = key, StartedAt = Evening };

    private static RenewCommand Heartbeat(string key) =>
        new() { UserId = User, Key = key, StartedAt = Evening, LeaseMs = LeaseMs, IntervalMs = IntervalMs };

    private static StopAllCommand StopAll(string id) => new() { UserId = User, OperationId = id };

    private static SetLimitCommand Limit(int limit, string id) => new() { UserId = User, Change = LimitChange.ToLimit(limit), OperationId = id };

    private static StreamReply.LimitSet Set(int limit) => new(limit, null, LimitChange.ToLimit(limit));

    private static ReplacedView View(string key, long startedAt) => new(key, startedAt, "film", null, startedAt + LeaseMs);

    private static StreamReply.Admitted Admitted(int active, long at = Evening) => new(false, at, at + LeaseMs, 2, active, []);

    private static StreamReply.LimitReached Rejected(params string[] keys) =>
        new(keys.Length, [new(Plan.AllStreams, 2, keys.Length, [.. keys.Select(key => View(key, Evening))])], LeaseMs);

    private static StreamReply.Listed Listed(params string[] keys) => new(null, [.. keys.Select(key => View(key, Evening))]);

    private void Pass(long milliseconds) => now += milliseconds;

    /// <summary>A call that begins after all before it have ended.</summary>
    private void Then(StreamCommand command, StreamReply response) => Add(command, response, began: ++tick, ended: ++tick, now);

    private void AtOnce(params (StreamCommand Command, StreamReply Response)[] together)
    {
        foreach (var (command, response) in together)
        {
            Add(command, response, began: ++tick, ended: tick + together.Length, now);
        }

        tick += together.Length;
    }

    private void Lose(StreamCommand command, long ended) => calls.Add(new(command, [Lost(ended)]));

    private RecordedTry Lost(long ended) => new() { Began = ++tick, Ended = ended, Moments = [now] };

    /// <summary>One more attempt, whose response, if there is one, is the caller's.</summary>
    private RecordedTry Seen(StreamReply response) => Seen(response, began: ++tick, ended: ++tick, now);

    private static RecordedTry Seen(StreamReply response, long began, long ended, params long[] moments) => new()
    {
        Began = began, Ended = ended, Moments = moments, Response = Properties.ReplyText.Of(response), Shown = (_, reply) => Properties.ReplyText.Of(reply),
    };

    private void Add(StreamCommand command, StreamReply response, long began, long ended, params long[] moments) =>
        calls.Add(new(command, [Seen(response, began, ended, moments)]));

    private void Accept()
    {
        var search = Linearizer.Search(calls);
        Assert.True(search.Found, search.Story);
    }

    private void Reject(string? why = null) => Assert.False(Linearizer.Search(calls).Found, why);
}
