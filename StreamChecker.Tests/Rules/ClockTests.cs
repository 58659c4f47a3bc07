using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.Embedded;
using StreamChecker.Embedded.Storage;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Rules;

/// <summary>Time never goes back in a partition, whatever the machine's clock does.</summary>
public sealed class ClockTests
{
    [Fact]
    public async Task AfterACrashAndAClockThatWentBack_TimeGoesOnFromWhatIsStored()
    {
        await using var partition = new PartitionOnThisMachine();
        var first = (await partition.AdmitAsync()).Record;
        using var copy = new TemporaryFolder();
        foreach (var file in new DirectoryInfo(partition.Engine.Path).EnumerateFiles().Where(file => file.Name != "LOCK"))
        {
            File.Copy(file.FullName, Path.Combine(copy.Path, file.Name));
        }

        var earlier = new FakeTimeProvider(partition.Time.GetUtcNow().AddMinutes(-1));
        await using var engine = DocumentEngine.Open(new EmbeddedOptions { DataPath = copy.Path }, earlier, NullLogger.Instance);
        var limiter = new StreamLimiter(
            new EmbeddedStreamPartitions(engine, ProcedureUnderTest.Body),
            Options.Create(new StreamCheckerOptions()),
            earlier,
            Telemetry.None());
        var second = Assert.IsType<StartResult.Admitted>(
            await limiter.StartAsync(new() { UserId = "anna", StreamId = "film" }, CancellationToken.None)).Record;

        Assert.Equal((first.StartedAt, first.ExpiresAt), (second.StartedAt, second.ExpiresAt));
    }
}
