using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Cosmos;

/// <summary>The sample of the wire in the documentation is what passes.</summary>
public sealed class WireSampleTests
{
    /// <summary>If set, the sample is rewritten.</summary>
    private const string Rewrite = "STREAM_CHECKER_WRITE_SAMPLES";

    [Fact]
    public async Task TheSampleOfTheWire_IsWhatPasses()
    {
        var wire = new WireSample();
        await using var app = await PartitionInCosmos.OpenAsync(options => options.MaxConcurrentStreams = 1, wire);
        await app.AdmitAsync("warm-up");
        wire.Take();

        await app.StartAsync(new() { UserId = "anna", StreamId = "film", DeviceName = "TV", IdempotencyKey = "play-1" });
        var admitted = wire.Take();
        await app.StartAsync(new() { UserId = "anna", StreamId = "match", DeviceName = "Phone", IdempotencyKey = "play-2" });
        var rejected = wire.Take();

        admitted = WithoutHash(admitted);
        rejected = WithoutHash(rejected);
        var page = RepositoryFiles.Text("docs/wire.md").ReplaceLineEndings("\n");
        var written = WithSample(WithSample(page, "admitted", admitted), "rejected", rejected);
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 })
        {
            await File.WriteAllTextAsync(RepositoryFiles.Path("docs/wire.md"), written);
        }

        Assert.True(page == written, $"docs/wire.md is stale. Run this test with {Rewrite}=1, and read what changed. Now passes:\n{admitted}\n\n{rejected}");
    }

    /// <summary>The procedure's id changes with every change of its text, what passes does not.</summary>
    private static string WithoutHash(string sample) => sample.Replace(StreamsProcedure.Id, "streams-<hash>", StringComparison.Ordinal);

    /// <summary>Puts a sample into its block of the page.</summary>
    private static string WithSample(string page, string name, string sample)
    {
        var begin = $"<!-- {name} -->\n```\n";
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var end = page.IndexOf("\n```", start, StringComparison.Ordinal);
        return string.Concat(page.AsSpan(0, start), sample, page.AsSpan(end));
    }
}
