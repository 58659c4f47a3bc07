using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Deployed;

/// <summary>
/// What only the real database can show: whether a document that its <c>ttl</c> has ended, and that is not purged yet, stands
/// in the way of the next stream with its key. Takes as long as an ended stream is remembered, and a minute.
/// </summary>
[Trait("Category", "Deployed")]
public sealed partial class ExpiredDocumentTests
{
    /// <summary>When a document is purged is the database's affair: so several look, at several moments.</summary>
    private const int Users = 24;

    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(60);

    private static TimeSpan Remembered =>
        TimeSpan.FromSeconds(int.Parse(RememberSeconds().Match(StreamsProcedure.Body).Groups[1].Value, CultureInfo.InvariantCulture));

    [DeployedFact]
    public async Task AKeyWhoseDocumentHasExpired_IsTakenByTheNextStart()
    {
        using var client = await DeployedService.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, Users).Select(user => OutliveAsync(client, user)));
    }

    private static async Task OutliveAsync(HttpClient client, int user)
    {
        var userId = DeployedService.NewUser();
        var first = await client.StartAsync(userId, idempotencyKey: "play");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(HttpStatusCode.NoContent, (await client.StopAsync(first.Id)).Status);

        // The database counts in whole seconds.
        await Task.Delay(Remembered + TimeSpan.FromSeconds(2) + (Spread * user / Users));

        // The first start is no longer remembered: the same key starts another stream.
        var second = await client.StartAsync(userId, idempotencyKey: "play");
        Assert.Equal((HttpStatusCode.Created, 1), (second.Status, second.Number("active")));
        Assert.Equal(1, (await client.ListAsync(userId)).Number("active"));
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal("unknown", (await client.HeartbeatAsync(first.Id)).Text("reason"));
        Assert.Equal(HttpStatusCode.OK, (await client.HeartbeatAsync(second.Id)).Status);
        Assert.Equal(1, (await client.StopAllAsync(userId)).Number("stopped"));
        Assert.Equal(HttpStatusCode.NoContent, (await client.ResetLimitAsync(userId)).Status);
    }

    [GeneratedRegex("const REMEMBER_SECONDS = ([0-9]+);")]
    private static partial Regex RememberSeconds();
}
