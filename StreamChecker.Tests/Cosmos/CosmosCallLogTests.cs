using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StreamChecker.Cosmos;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Cosmos;

/// <summary>What is logged of runs that were slow or left in doubt: enough for support, nothing of a user, never a flood.</summary>
public sealed class CosmosCallLogTests : IAsyncLifetime
{
    private const string User = "anna-of-nobodys-business";
    private const string Device = "the-living-room-telly";

    private static readonly StartCommand Command = new()
    {
        UserId = User, Key = RecordKey.For(User, "play").ToString(), StreamId = "a-film-of-taste", DeviceName = Device, LeaseMs = 60_000, Plan = Plan.OfLimit(3),
    };

    private readonly Wire wire = new();
    private PartitionInCosmos partition = null!;

    public async Task InitializeAsync() => partition = await PartitionInCosmos.OpenAsync(wire: wire);

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task AnOrdinaryRun_IsNotLogged()
    {
        await ExecuteAsync();

        Assert.Empty(Logged());
    }

    [Fact]
    public async Task ASlowRun_IsLogged_WithWhatSupportAsksFor()
    {
        wire.Fault = (next, _) =>
        {
            partition.Pass(seconds: 1);
            return next();
        };
        await ExecuteAsync();

        var record = Assert.Single(Logged());
        Assert.Equal(LogLevel.Warning, record.Level);
        Assert.Equal("was slow", record.GetStructuredStateValue("Outcome"));
        Assert.Equal(("200", "1000"), (record.GetStructuredStateValue("Status"), record.GetStructuredStateValue("Elapsed")));
        Assert.Equal("gateway.test", record.GetStructuredStateValue("Regions"));
        Assert.True(Guid.TryParse(record.GetStructuredStateValue("ActivityId"), out _));
        Assert.NotEqual("0", record.GetStructuredStateValue("RequestCharge"));
    }

    [Fact]
    public async Task ARunInDoubt_IsLogged_WithItsStatus()
    {
        wire.Respond(HttpStatusCode.ServiceUnavailable, headers: [("x-ms-substatus", "20003"), ("x-ms-activity-id", "8f3e5e76-2d3c-4a2e-9e3e-000000000001")]);
        await ExecuteAsync();

        var record = Assert.Single(Logged());
        Assert.Equal(("503", "20003"), (record.GetStructuredStateValue("Status"), record.GetStructuredStateValue("SubStatus")));
        Assert.Equal("left the outcome unknown (HTTP 503)", record.GetStructuredStateValue("Outcome"));
    }

    public static TheoryData<string> Troubles => ["slow", "503", "449", "lost", "garbled"];

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task NothingThatIsLogged_NamesAUserADeviceOrADocument(string trouble)
    {
        wire.Fault = async (next, _) =>
        {
            partition.Pass(seconds: 1);
            return trouble switch
            {
                "slow" => await next(),
                "lost" => throw new HttpRequestException($"Cannot send {User}"),
                "garbled" => new(HttpStatusCode.OK) { Content = new StringContent($"{{\"outcome\":\"{User}\"}}") },
                _ => new((HttpStatusCode)int.Parse(trouble, System.Globalization.CultureInfo.InvariantCulture))
                {
                    Content = new StringContent($"{{\"message\":\"partition key [\\\"{User}\\\"] of {Command.Key}\"}}"),
                },
            };
        };
        await ExecuteAsync();

        var record = Assert.Single(Logged());
        var everything = string.Join('\n', record.StructuredState!.Select(value => value.Value).Append(record.Message).Append(record.Exception?.ToString()));
        Assert.All([User, Device, Command.StreamId, Command.Key, "/dbs/"], text => Assert.DoesNotContain(text, everything, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnOutage_IsLoggedOnceASecond_WithTheNumberOfTheOthers()
    {
        wire.Respond(HttpStatusCode.ServiceUnavailable);
        for (var call = 0; call < 100; call++)
        {
            await ExecuteAsync();
        }

        Assert.Equal("0", Assert.Single(Logged()).GetStructuredStateValue("Others"));

        partition.Pass(seconds: 1);
        await ExecuteAsync();

        Assert.Equal("99", Logged()[1].GetStructuredStateValue("Others"));
    }

    private List<FakeLogRecord> Logged() =>
        [.. partition.Log.GetSnapshot().Where(record => record.Category == typeof(CosmosStreamPartitions).FullName)];

    private Task<PartitionResult> ExecuteAsync() => partition.Partitions.ExecuteAsync(Command, CancellationToken.None);
}
