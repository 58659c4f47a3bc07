using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Client;

namespace StreamChecker.Reliability.Clients;

/// <summary>The .NET client gives its backend what the players need for a CDN or a licence proxy.</summary>
public sealed class ClientPlaybackTests
{
    [Fact]
    public async Task StartsAndHeartbeats_HaveThePlaybackToken()
    {
        using var folder = new TemporaryFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var server = await ServerProcess.StartAsync(folder.Path, ("StreamChecker__PlaybackKeys", Convert.ToBase64String(key.ExportPkcs8PrivateKey())));
        var services = new ServiceCollection();
        services.AddStreamCheckerClient(options => options.BaseAddress = server.Address);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<StreamCheckerClient>();

        var stream = Assert.IsType<Client.StartResult.Admitted>(await client.StartAsync(new("anna", "film-42"))).Stream;
        var alive = Assert.IsType<HeartbeatResult.Alive>(await client.HeartbeatAsync(stream.Id));

        foreach (var (playback, leaseEnd) in new[] { (stream.Playback, stream.ExpiresAt), (alive.Playback, alive.ExpiresAt) })
        {
            Assert.Equal(3, playback!.Token.Split('.').Length);
            Assert.InRange(leaseEnd!.Value - playback.ExpiresAt, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }
}
