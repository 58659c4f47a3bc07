namespace StreamChecker.Tests.Http;

/// <summary>The household's evening on the Server.</summary>
public sealed class HouseholdEveningTests
{
    [Theory]
    [InlineData(Store.Embedded)]
    [InlineData(Store.Cosmos)]
    public async Task OnEveryStore_TheEveningGoesAsItShould(Store store)
    {
        await using var server = new StreamServer().On(store);

        await new HouseholdEvening(server.CreateClient(), "the household", HouseholdEvening.By(server.Time)).PlayAsync();
    }
}
