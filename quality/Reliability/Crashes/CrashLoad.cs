namespace StreamChecker.Reliability.Crashes;

/// <summary>Many connections, each with users of its own, that go on calling until the Server is gone.</summary>
internal sealed class CrashLoad(int connections, int usersEach)
{
    /// <summary>Long leases, so that none lapses on a slow machine; a short interval, so that heartbeats write.</summary>
    public static readonly (string Name, string Value)[] Settings =
    [
        ("StreamChecker__LeaseSeconds", "3600"), ("StreamChecker__HeartbeatIntervalSeconds", "1"), ("Logging__LogLevel__StreamChecker", "Error"),
    ];

    private readonly UserLedger[][] users =
    [
        .. Enumerable.Range(0, connections).Select(connection =>
            Enumerable.Range(0, usersEach).Select(user => new UserLedger($"user {connection}-{user}")).ToArray()),
    ];

    /// <summary>The number of completed calls.</summary>
    public int Acknowledged => users.Sum(own => own.Sum(user => user.Acknowledged));

    /// <summary>Calls until the Server is gone, or until it is stopped.</summary>
    public Task RunAsync(HttpClient client, int seed, CancellationToken end) =>
        Task.WhenAll(users.Select((own, connection) => RunAsync(client, own, new Random(seed + connection), end)));

    /// <summary>Waits until the given number of further calls has completed, and for a random moment.</summary>
    public async Task RespondedAsync(int more, Random random)
    {
        for (var (aim, patience) = (Acknowledged + more, 6000); Acknowledged < aim; patience--)
        {
            Assert.True(patience > 0, $"The Server did not complete {more} calls in a minute.");
            await Task.Delay(10);
        }

        await Task.Delay(random.Next(20));
    }

    public Task CheckAsync(HttpClient client) => Task.WhenAll(users.Select(async own =>
    {
        foreach (var user in own)
        {
            await user.CheckAsync(client);
        }
    }));

    private static async Task RunAsync(HttpClient client, UserLedger[] own, Random random, CancellationToken end)
    {
        await Task.Yield();
        try
        {
            while (!end.IsCancellationRequested)
            {
                await own[random.Next(own.Length)].CallAsync(client, random);
            }
        }
        catch (HttpRequestException)
        {
            // The Server was killed.
        }
    }
}
