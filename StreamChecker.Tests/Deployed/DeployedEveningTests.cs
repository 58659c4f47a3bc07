using System.Net;
using StreamChecker.Tests.Http;

namespace StreamChecker.Tests.Deployed;

/// <summary>The household's evening where the service really runs. Time really passes: a lease and a heartbeat interval.</summary>
[Trait("Category", "Deployed")]
public sealed class DeployedEveningTests
{
    [DeployedFact]
    public async Task WhereItIsDeployed_TheEveningGoesAsItShould()
    {
        using var client = await DeployedService.ConnectAsync();

        await new HouseholdEvening(client, DeployedService.NewUser(), Task.Delay).PlayAsync();
    }

    [KeyedFact]
    public async Task WithoutAKey_ARequestIsUnauthorized()
    {
        using var stranger = await DeployedService.ConnectAsync(withKey: false);

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.StartAsync(DeployedService.NewUser())).Status);
    }

    private sealed class KeyedFactAttribute : FactAttribute
    {
        public KeyedFactAttribute() => Skip = DeployedService.WhyNoKey;
    }
}
