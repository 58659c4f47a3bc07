using InProcessCosmos.Documents;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace InProcessCosmos.Tests.Documents;

/// <summary>The embedded engine's time: it only moves forward, at the speed of the monotonic clock, regardless of the machine's clock.</summary>
public sealed class EngineClockTests
{
    private readonly MachineTime machine = new();
    private readonly FakeLogger<EngineClock> log = new();
    private readonly EngineClock clock;

    public EngineClockTests() => clock = new(machine, log);

    public static TheoryData<TimeSpan> Steps => [TimeSpan.FromSeconds(2), TimeSpan.FromHours(1), TimeSpan.FromDays(3652)];

    [Fact]
    public void AClockThatIsRight_IsTheTime()
    {
        var began = clock.Now();
        machine.Pass(TimeSpan.FromSeconds(90));

        Assert.Equal(90_000, clock.Now() - began);
        Assert.Equal(machine.GetUtcNow().ToUnixTimeMilliseconds(), clock.Now());
        Assert.Equal(0, log.Collector.Count);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void AfterAClockThatRanAheadForAMoment_LeasesLastAsLongAsTheyShould(TimeSpan step)
    {
        clock.Now();
        machine.Step(step);
        clock.Now();
        machine.Step(-step);

        var began = clock.Now();
        for (var second = 1; second <= 90; second++)
        {
            machine.Pass(TimeSpan.FromSeconds(1));
            Assert.Equal(second * 1000, clock.Now() - began);
        }

        Assert.Equal(2, log.Collector.Count);
        Assert.All(log.Collector.GetSnapshot(), record => Assert.Equal(LogLevel.Warning, record.Level));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void AClockThatStepsBack_DoesNotStopTime(TimeSpan step)
    {
        var began = clock.Now();
        machine.Step(-step);
        machine.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal(5000, clock.Now() - began);
        Assert.Equal(LogLevel.Warning, log.LatestRecord.Level);
        Assert.Equal(1, log.Collector.Count);
    }

    [Fact]
    public void WhenTheMachinesClockHasCaughtUp_ItIsTheTimeAgain()
    {
        clock.Now();
        machine.Step(TimeSpan.FromHours(-1));
        clock.Now();
        machine.Step(TimeSpan.FromHours(1));
        machine.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(machine.GetUtcNow().ToUnixTimeMilliseconds(), clock.Now());
    }

    [Fact]
    public void ATimeThatAnEarlierProcessHadReached_GoesOn_AndIsLogged()
    {
        var reached = machine.GetUtcNow().AddYears(10).ToUnixTimeMilliseconds();
        clock.NotBefore(reached);
        machine.Pass(TimeSpan.FromSeconds(30));

        Assert.Equal(reached + 30_000, clock.Now());
        Assert.Equal(LogLevel.Warning, log.LatestRecord.Level);
        Assert.Contains("behind the time that the data folder has reached", log.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATimeOfAnEarlierProcessThatHasPassed_IsNothingToWarnOf()
    {
        clock.NotBefore(0);
        clock.NotBefore(machine.GetUtcNow().AddDays(-1).ToUnixTimeMilliseconds());

        Assert.Equal(machine.GetUtcNow().ToUnixTimeMilliseconds(), clock.Now());
        Assert.Equal(0, log.Collector.Count);
    }

    /// <summary>A machine whose clock can be set, which the monotonic clock does not notice.</summary>
    private sealed class MachineTime : TimeProvider
    {
        private DateTimeOffset shown = new(2026, 1, 31, 20, 15, 0, TimeSpan.Zero);
        private long passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => shown;

        public override long GetTimestamp() => passed;

        public void Pass(TimeSpan time)
        {
            shown += time;
            passed += time.Ticks;
        }

        public void Step(TimeSpan by) => shown += by;
    }
}
