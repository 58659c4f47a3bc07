using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamChecker.Players;

namespace StreamChecker.Tests.Players;

/// <summary>Invalid settings of the players' calls are rejected by name, and no message repeats a key.</summary>
public sealed class PlayerOptionsTests
{
    private const string Good = "c2l4dGVlbiBieXRlcywgYW5kIHNpeHRlZW4gbW9yZS4=";

    [Theory]
    [InlineData("", "contains no key")]
    [InlineData(" , ", "contains no key")]
    [InlineData("c2hvcnQ=", "key 1 of 1 is not 32 bytes in base64")]
    [InlineData("not base64 at all", "key 1 of 1 is not 32 bytes in base64")]
    [InlineData(Good + ",c2hvcnQ=", "key 2 of 2 is not 32 bytes in base64. `openssl rand -base64 32` generates a key.")]
    [InlineData(Good + "," + Good, "contains the same key twice")]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/player-keys)", "is a Key Vault reference that was not resolved")]
    public void AKeyThatIsNone_IsRejected(string keys, string error)
    {
        var message = Assert.Throws<OptionsValidationException>(() => Read(("PlayerKeys", keys))).Message;

        Assert.Contains("StreamChecker__PlayerKeys", message, StringComparison.Ordinal);
        Assert.Contains(error, message, StringComparison.Ordinal);
        Assert.All(keys.Split(',', StringSplitOptions.TrimEntries).Where(key => key.Length > 0), key => Assert.DoesNotContain(key, message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PlayerTokenLifetimeSeconds", "59", "PlayerTokenLifetimeSeconds is 59; it must be from 60 to 2592000")]
    [InlineData("PlayerTokenLifetimeSeconds", "2592001", "PlayerTokenLifetimeSeconds is 2592001; it must be from 60 to 2592000")]
    [InlineData("PlayerTokenLifetimeSeconds", "60", "PlayerTokenLifetimeSeconds is 60; it must be more than twice the longest heartbeat interval, which is 30")]
    [InlineData("AllowedOrigins", "watch.example", "AllowedOrigins contains 'watch.example'")]
    [InlineData("AllowedOrigins", "https://watch.example/", "AllowedOrigins contains 'https://watch.example/'")]
    [InlineData("AllowedOrigins", "https://a.example, https://b.example/path", "AllowedOrigins contains 'https://b.example/path'")]
    [InlineData("AllowedOrigins", "null", "AllowedOrigins contains 'null'")]
    [InlineData("PublicUrl", "streams.example", "PublicUrl is 'streams.example'")]
    [InlineData("PublicUrl", "ftp://streams.example", "PublicUrl is 'ftp://streams.example'")]
    [InlineData("PublicUrl", "https://streams.example/?a=b", "PublicUrl is 'https://streams.example/?a=b'")]
    public void ASettingThatCannotWork_IsNamed(string setting, string value, string error) =>
        Assert.Contains("StreamChecker__" + error, Assert.Throws<OptionsValidationException>(() => Read((setting, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void SettingsThatFit_AreTaken()
    {
        var options = Read(
            ("PlayerKeys", $" {Good} , AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= "),
            ("PlayerTokenLifetimeSeconds", "61"),
            ("AllowedOrigins", "https://watch.example, http://localhost:8080,https://[::1]:8443,*"),
            ("PublicUrl", "https://streams.example/limits"));

        Assert.Equal((2, 4), (options.Keys.Count, options.Origins.Count));
    }

    [Fact]
    public void NoSettings_AreNoTokens() => Assert.Empty(Read().Keys);

    [Fact]
    public async Task TheServer_NamesTheSettingAndDoesNotStart()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, output) = await ServerProcess.FailAsync(folder.Path, ("StreamChecker__PlayerKeys", "c2hvcnQ="));

        Assert.Equal(1, exitCode);
        Assert.StartsWith("StreamChecker__PlayerKeys: key 1 of 1 is not 32 bytes in base64.", output.Trim(), StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    private static PlayerOptions Read(params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"StreamChecker:{setting.Name}", (string?)setting.Value))).Build());
        services.AddStreamChecker();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<PlayerOptions>>().Value;
    }
}
