using System.Net;

namespace StreamChecker.Tests.Http;

/// <summary>
/// The scenarios of the original system, which this one replaces: its clients go on to work unchanged. There the limit
/// was three, too; a start returned 201, one over the limit 403, and IDs that are no strings 400.
/// </summary>
public sealed class OriginalScenariosTests : IAsyncLifetime
{
    private readonly StreamServer server = new();
    private readonly HttpClient client;

    public OriginalScenariosTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Theory]
    [InlineData(0, HttpStatusCode.Created)]
    [InlineData(1, HttpStatusCode.Created)]
    [InlineData(2, HttpStatusCode.Created)]
    [InlineData(3, HttpStatusCode.Forbidden)]
    public async Task WithThisNumberActive_AStartReturns(int active, HttpStatusCode expected)
    {
        for (var i = 0; i < active; i++)
        {
            await client.StartAsync("user-1", $"stream-{i}");
        }

        Assert.Equal(expected, (await client.StartAsync("user-1", "stream-9")).Status);
    }

    [Theory]
    [InlineData("""{"userId":123,"streamId":"s"}""", "userId")]
    [InlineData("""{"userId":"u","streamId":123}""", "streamId")]
    [InlineData("""{"userId":{},"streamId":[]}""", "userId")]
    public async Task IdsThatAreNoStrings_AreRejected(string body, string field)
    {
        var response = await client.PostJsonAsync("/stream-record", body);

        Assert.Equal((HttpStatusCode.BadRequest, field), (response.Status, response.Text("field")));
    }
}
