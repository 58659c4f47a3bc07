using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Api;

/// <summary>The household's evening on the Server.</summary>
public sealed class HouseholdEveningTests
{
    [Fact]
    public async Task OnTheEmbeddedEngine_TheEveningGoesAsItShould()
    {
        await using var server = new StreamServer();

        await new HouseholdEvening(server.CreateClient(), "the household", span =>
        {
            server.Time.Advance(span);
            return Task.CompletedTask;
        }).PlayAsync();
    }
}
