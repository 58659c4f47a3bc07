using StreamChecker.Partitions;

namespace StreamChecker.Tests.Reliability.Histories;

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
    public void StartsUpToTheLimit_AndARefusal_AreAccepted()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Then(Start("b"), Admitted(1, active: 2));
        Then(Start("c"), Refused(("0", "a"), ("1", "b")));

        Accept();
    }

    [Fact]
    public void AnOverAdmission_IsRejected()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Then(Start("b"), Admitted(1, active: 2));
        Then(Start("c"), Admitted(2, active: 3));

        Reject();
    }

    [Fact]
    public void AnOverAdmissionOfStartsAtOnce_IsRejected()
    {
        AtOnce(
            (Start("a"), Admitted(0, active: 1)), (Start("b"), Admitted(1, active: 2)), (Start("c"), Admitted(1, active: 2)));

        Reject();
    }

    [Fact]
    public void StartsAtOnce_AreAcceptedInWhateverOrderFits()
    {
        AtOnce(
            (Start("c"), Refused(("0", "b"), ("1", "a"))), (Start("a"), Admitted(1, active: 2)), (Start("b"), Admitted(0, active: 1)));

        Accept();
    }

    [Fact]
    public void ACallThatEndedBeforeAnotherBegan_ComesBeforeIt()
    {
        Then(Start("a"), Admitted(1, active: 2));
        Then(Start("b"), Admitted(0, active: 1));

        Reject();
    }

    [Fact]
    public void ALostStop_IsRejected()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Then(Stop(0, "a"), new StreamReply.Stopped(1));
        Then(List, Listed((0, "a")));

        Reject();
    }

    [Fact]
    public void APhantomDenial_IsRejected()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Then(Stop(0, "a"), new StreamReply.Stopped(1));
        Then(Start("b"), Admitted(1, active: 1));
        Then(Start("c"), Refused(("0", "a"), ("1", "b")));

        Reject();
    }

    [Fact]
    public void ADenialThatWasTrueWhileTheCallRan_IsAccepted()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Then(Start("b"), Admitted(1, active: 2));
        AtOnce((Stop(0, "a"), new StreamReply.Stopped(1)), (Start("c"), Refused(("0", "a"), ("1", "b"))));

        Accept();
    }

    [Fact]
    public void ADoubleSlotForOneKey_IsRejected()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Then(Start("a"), Admitted(1, active: 2));

        Reject();
    }

    [Fact]
    public void AReplay_IsAccepted()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Then(Start("a"), Admitted(0, active: 1) with { Replayed = true });

        Accept();
    }

    [Fact]
    public void AnEvictionOfTheWrongStream_IsRejected()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Pass(1);
        Then(Start("b"), Admitted(1, active: 2, at: now));
        Then(
            Start("c") with { ReplaceOldest = true },
            Admitted(2, active: 2, at: now) with { Replaced = [View(1, "b", now)] });

        Reject();
    }

    [Fact]
    public void AnEvictionOfTheOldest_IsAccepted()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Pass(1);
        Then(Start("b"), Admitted(1, active: 2, at: now));
        Then(
            Start("c") with { ReplaceOldest = true },
            Admitted(2, active: 2, at: now) with { Replaced = [View(0, "a", Evening)] });

        Accept();
    }

    [Fact]
    public void AHeartbeatThatRevivesADeadLease_IsRejected()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Pass(LeaseMs);
        Then(Heartbeat(0, "a"), new StreamReply.Renewed(true, View(0, "a", Evening) with { ExpiresAt = now + LeaseMs }));

        Reject();
    }

    [Fact]
    public void AHeartbeatWithinTheLease_IsAccepted()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Pass(LeaseMs - 1);
        Then(Heartbeat(0, "a"), new StreamReply.Renewed(true, View(0, "a", Evening) with { ExpiresAt = now + LeaseMs }));

        Accept();
    }

    [Fact]
    public void WhatTheClockPassesWhileACallRuns_MayBeItsMoment()
    {
        Then(Start("a"), Admitted(0, active: 1));
        Then(Start("b"), Admitted(1, active: 2));
        Pass(LeaseMs);
        var lapsed = now;
        Add(Start("c"), Admitted(2, active: 1, at: lapsed), began: ++tick, ended: ++tick, Evening, lapsed);
        Add(List, Listed((2, "c")), began: ++tick, ended: ++tick, Evening, lapsed);

        Reject("the list shows c as if it had started earlier");

        calls.RemoveAt(calls.Count - 1);
        Accept();
    }

    [Fact]
    public void ALostAnswer_MayHaveTakenEffectLater_OrNever()
    {
        Lose(Start("a"), ended: RecordedCall.Open);
        Then(List, Listed());
        Accept();

        Then(List, Listed((0, "a")));
        Accept();
    }

    [Fact]
    public void ALostAnswer_DoesNotTakeEffectTwice()
    {
        Lose(Start("a"), ended: RecordedCall.Open);
        Then(List, Listed((0, "a")));
        Then(Stop(0, "a"), new StreamReply.Stopped(1));
        Then(List, Listed((0, "a")));

        Reject();
    }

    [Fact]
    public void ALostAnswerWhoseTimeIsOver_TakesNoEffectAnyMore()
    {
        Lose(Start("a"), ended: tick + 2);
        Then(List, Listed());
        Then(List, Listed((0, "a")));

        Reject();
    }

    private static ListCommand List => new() { UserId = User, DefaultLimit = 2 };

    private static StartCommand Start(string recordId) =>
        new() { UserId = User, RecordId = recordId, StreamId = "film", LeaseMs = LeaseMs, DefaultLimit = 2 };

    private static StopCommand Stop(int slot, string recordId) => new() { UserId = User, Slot = slot, RecordId = recordId };

    private static RenewCommand Heartbeat(int slot, string recordId) =>
        new() { UserId = User, Slot = slot, RecordId = recordId, LeaseMs = LeaseMs, IntervalMs = IntervalMs };

    private static SlotView View(int slot, string recordId, long startedAt) => new(slot, recordId, "film", null, startedAt, startedAt + LeaseMs);

    private static StreamReply.Admitted Admitted(int slot, int active, long at = Evening) =>
        new(false, slot, at, at + LeaseMs, 2, active, []);

    private static StreamReply.LimitReached Refused(params (string Slot, string RecordId)[] streams) =>
        new(2, [.. streams.Select(stream => View(int.Parse(stream.Slot, null), stream.RecordId, Evening))], LeaseMs);

    private static StreamReply.Listed Listed(params (int Slot, string RecordId)[] streams) =>
        new(2, true, [.. streams.Select(stream => View(stream.Slot, stream.RecordId, Evening))]);

    private void Pass(long milliseconds) => now += milliseconds;

    /// <summary>A call that begins after all before it have ended.</summary>
    private void Then(StreamCommand command, StreamReply answer) => Add(command, answer, began: ++tick, ended: ++tick, now);

    private void AtOnce(params (StreamCommand Command, StreamReply Answer)[] together)
    {
        foreach (var (command, answer) in together)
        {
            Add(command, answer, began: ++tick, ended: tick + together.Length, now);
        }

        tick += together.Length;
    }

    private void Lose(StreamCommand command, long ended) =>
        calls.Add(new() { Command = command, Began = ++tick, Ended = ended, Moments = [now] });

    private void Add(StreamCommand command, StreamReply answer, long began, long ended, params long[] moments) => calls.Add(
        new() { Command = command, Began = began, Ended = ended, Moments = moments, Answer = Properties.ReplyText.Of(answer), Shown = (_, reply) => Properties.ReplyText.Of(reply) });

    private void Accept()
    {
        var search = Linearizer.Search(calls);
        Assert.True(search.Found, search.Story);
    }

    private void Reject(string? why = null) => Assert.False(Linearizer.Search(calls).Found, why);
}
