using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StreamChecker.Playback;

namespace StreamChecker.Tests.Playback;

/// <summary>The playback tokens of starts and heartbeats, verified by Microsoft's library with the keys that the service publishes.</summary>
public sealed class PlaybackTokenTests : IAsyncLifetime
{
    private const string Issuer = "https://streams.example";

    private static readonly string Key = NewKey(ECCurve.NamedCurves.nistP256);

    private readonly StreamServer server = new StreamServer().With("PlaybackKeys", Key).With("PlaybackIssuer", Issuer);
    private readonly HttpClient client;

    public PlaybackTokenTests() => client = server.CreateClient();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task AStart_ReturnsATokenThatExpiresWithTheLease()
    {
        var started = await client.StartAsync("anna", "film-42", "TV");

        var token = await VerifiedAsync(started);
        Assert.Equal(("ES256", "JWT", Issuer), (token.Alg, token.Typ, token.Issuer));
        Assert.Equal(started.Time("expiresAt"), new DateTimeOffset(token.ValidTo));
        Assert.Equal(started.Time("expiresAt"), started.Body.GetProperty("playback").GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal(server.Time.GetUtcNow(), new DateTimeOffset(token.IssuedAt));
        Assert.Equal("film-42", token.GetPayloadValue<string>("stream_id"));
        Assert.Equal(Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(started.Id))), token.GetPayloadValue<string>("sid"));
        Assert.Equal(["exp", "iat", "iss", "sid", "stream_id"], token.Claims.Select(claim => claim.Type).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task EveryHeartbeat_ReturnsANewOne_AndItNeverOutlivesTheLease()
    {
        var id = (await client.StartAsync("anna")).Id;
        server.Time.Advance(TimeSpan.FromMilliseconds(30_700));

        var heartbeat = await client.HeartbeatAsync(id);
        var many = await client.HeartbeatsAsync(id);

        Assert.Equal(700, heartbeat.Time("expiresAt").Millisecond);
        Assert.Equal(heartbeat.Time("expiresAt").AddMilliseconds(-700), new DateTimeOffset((await VerifiedAsync(heartbeat)).ValidTo));
        var result = many.Body.GetProperty("results")[0];
        Assert.Equal(heartbeat.Time("expiresAt").AddMilliseconds(-700), result.GetProperty("playback").GetProperty("expiresAt").GetDateTimeOffset());
    }

    /// <summary>A player that sends its own heartbeats needs no backend for its token.</summary>
    [Fact]
    public async Task APlayersOwnHeartbeat_ReturnsATokenToo()
    {
        await using var open = new StreamServer().With("PlaybackKeys", Key).With("PlaybackIssuer", Issuer).With("PlayerKeys", Convert.ToBase64String(new byte[32]));
        var its = open.CreateClient();
        var started = await its.StartAsync("anna", "film-42");

        var heartbeat = await its.SendAsync(HttpMethod.Post, new Uri(started.Body.GetProperty("player").GetProperty("url").GetString()!).AbsolutePath + "/heartbeat");

        Assert.Equal("film-42", (await VerifiedAsync(heartbeat)).GetPayloadValue<string>("stream_id"));
    }

    [Fact]
    public async Task ARetryOfAStart_GetsATokenToo()
    {
        await client.StartAsync("anna", idempotencyKey: "play-1");

        var again = await client.StartAsync("anna", idempotencyKey: "play-1");

        Assert.Equal("true", again.Message.Headers.GetValues("Idempotency-Replayed").Single());
        await VerifiedAsync(again);
    }

    [Fact]
    public async Task AnEvictedPlayer_GetsNoMore_AndItsTokenExpiresWithItsLease()
    {
        var tv = await client.StartAsync("anna", "film-42", "TV");
        server.Time.Advance(TimeSpan.FromSeconds(20));
        await client.StartAsync("anna", "match-7", "Phone", replace: [tv.Id]);

        var heartbeat = await client.HeartbeatAsync(tv.Id);

        Assert.Equal(HttpStatusCode.Gone, heartbeat.Status);
        Assert.False(heartbeat.Body.TryGetProperty("playback", out _));
        server.Time.Advance(TimeSpan.FromSeconds(69));
        Assert.True((await ValidateAsync(TokenOf(tv))).IsValid);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<SecurityTokenInvalidLifetimeException>((await ValidateAsync(TokenOf(tv))).Exception);
    }

    [Fact]
    public async Task WithTwoSpeeds_TheTokenLivesAsLongAsTheRelaxedLease()
    {
        await using var relaxed = new StreamServer()
            .With("PlaybackKeys", Key).With("RelaxedHeartbeatIntervalSeconds", 120).With("RelaxedLeaseSeconds", 360);

        var started = await relaxed.CreateClient().StartAsync("anna");

        Assert.Equal(relaxed.Time.GetUtcNow().AddSeconds(360), new DateTimeOffset(new JsonWebToken(TokenOf(started)).ValidTo));
    }

    /// <summary>A token stands in requests to a CDN, whose logs are not ours.</summary>
    [Fact]
    public async Task AToken_NamesNoUserAndNoDevice_AndHoldsNoRecordId()
    {
        var started = await client.StartAsync("secret-user", "film-42", "secret-device", deviceId: "secret-id");

        var payload = Base64UrlEncoder.Decode(TokenOf(started).Split('.')[1]);

        Assert.DoesNotContain("secret", payload, StringComparison.Ordinal);
        Assert.DoesNotContain(started.Id, payload, StringComparison.Ordinal);
        Assert.DoesNotContain(Base64UrlEncoder.Encode("secret-user")[..12], payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenInWhichOneCharacterIsChanged_IsNotValid()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var token = TokenOf(await client.StartAsync("anna", "film-42"));
        var random = new Random(4711);

        for (var i = 0; i < token.Length; i++)
        {
            // The last character of the signature has four bits that base64url ignores.
            if (token[i] == '.' || i == token.Length - 1)
            {
                continue;
            }

            var other = Alphabet[(Alphabet.IndexOf(token[i], StringComparison.Ordinal) + random.Next(1, 64)) % 64];
            Assert.False((await ValidateAsync(string.Concat(token.AsSpan(0, i), [other], token.AsSpan(i + 1)))).IsValid, $"Character {i}: {other} for {token[i]}.");
        }
    }

    /// <summary>A new key is added last, and moved to the first place when every verifier has it.</summary>
    [Fact]
    public async Task KeysRotate_WithoutATokenThatNobodyCanVerify()
    {
        var newKey = NewKey(ECCurve.NamedCurves.nistP256);
        await using var added = new StreamServer().With("PlaybackKeys", $"{Key},{newKey}");
        await using var moved = new StreamServer().With("PlaybackKeys", $"{newKey}, {Key}");
        var keys = await KeysAsync(added.CreateClient());

        var before = new JsonWebToken(TokenOf(await client.StartAsync("anna")));
        var during = new JsonWebToken(TokenOf(await added.CreateClient().StartAsync("anna")));
        var after = new JsonWebToken(TokenOf(await moved.CreateClient().StartAsync("anna")));

        Assert.Equal(2, keys.Keys.Count);
        Assert.Equal(before.Kid, during.Kid);
        Assert.NotEqual(during.Kid, after.Kid);
        Assert.Equal(keys.Keys.Select(key => key.Kid).Order(StringComparer.Ordinal), (await KeysAsync(moved.CreateClient())).Keys.Select(key => key.Kid).Order(StringComparer.Ordinal));
        foreach (var token in new[] { before, during, after })
        {
            Assert.True((await ValidateAsync(token.EncodedToken, keys, server.Time.GetUtcNow(), issuer: null)).IsValid);
        }
    }

    [Fact]
    public async Task PublishedKeys_ArePublicAndCacheable_AndNamedByTheirThumbprints()
    {
        var response = await client.SendAsync(HttpMethod.Get, "/.well-known/jwks.json");

        Assert.Equal("public, max-age=300", response.Message.Headers.CacheControl!.ToString());
        var key = Assert.Single(response.Body.GetProperty("keys").EnumerateArray());
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            Base64UrlEncoder.Encode(new JsonWebKey(key.GetRawText()).ComputeJwkThumbprint()),
            key.GetProperty("kid").GetString());
    }

    [Fact]
    public async Task WithoutKeys_ThereAreNoTokens()
    {
        await using var plain = new StreamServer();

        var started = await plain.CreateClient().StartAsync("anna");

        Assert.False(started.Body.TryGetProperty("playback", out _));
        Assert.False((await plain.CreateClient().HeartbeatAsync(started.Id)).Body.TryGetProperty("playback", out _));
        Assert.Empty((await KeysAsync(plain.CreateClient())).Keys);
    }

    [Fact]
    public async Task TokensThatAreSignedAtTheSameTime_AreAllValid()
    {
        var started = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => client.StartAsync($"user-{i}"))));

        foreach (var start in started)
        {
            await VerifiedAsync(start);
        }
    }

    [Fact]
    public void AKeyAsPem_IsTakenToo()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.True(Validate(new() { PlaybackKeys = $"{key.ExportPkcs8PrivateKeyPem()},{key.ExportECPrivateKeyPem()}" }).Succeeded);
        Assert.Equal(PublicKey.Of(Convert.ToBase64String(key.ExportPkcs8PrivateKey())), PublicKey.Of(key.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void AKeyThatCannotSign_IsRejectedAtStartup_AndNotRepeated()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);

        foreach (var (keys, error) in new[]
        {
            ("", "contains no key"),
            (" , ", "contains no key"),
            ("@Microsoft.KeyVault(VaultName=kv;SecretName=playback-keys)", "was not resolved"),
            ("c2VjcmV0", "key 1 of 1 is not a private EC key on P-256"),
            ("secret", "key 1 of 1"),
            ($"{Key},{NewKey(ECCurve.NamedCurves.nistP384)}", "key 2 of 2"),
            (Convert.ToBase64String(rsa.ExportPkcs8PrivateKey()), "key 1 of 1"),
            (key.ExportSubjectPublicKeyInfoPem(), "key 1 of 1"),
        })
        {
            var failure = Validate(new() { PlaybackKeys = keys }).FailureMessage;

            Assert.StartsWith("StreamChecker__PlaybackKeys", failure, StringComparison.Ordinal);
            Assert.Contains(error, failure, StringComparison.Ordinal);
            Assert.True(keys.Length < 6 || !failure!.Contains(keys, StringComparison.Ordinal));
        }

        Assert.Contains("requires a lease", Validate(new() { PlaybackKeys = Key }, new() { LeaseSeconds = 0 }).FailureMessage, StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(PlaybackOptions options, StreamCheckerOptions? service = null) =>
        new PlaybackOptionsValidator(Options.Create(service ?? new())).Validate(null, options);

    private static string NewKey(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return Convert.ToBase64String(key.ExportPkcs8PrivateKey());
    }

    private static string TokenOf(ApiResponse response) => response.Body.GetProperty("playback").GetProperty("token").GetString()!;

    private static async Task<JsonWebKeySet> KeysAsync(HttpClient of) => new((await of.SendAsync(HttpMethod.Get, "/.well-known/jwks.json")).Content);

    private async Task<JsonWebToken> VerifiedAsync(ApiResponse response)
    {
        var result = await ValidateAsync(TokenOf(response));
        Assert.True(result.IsValid, result.Exception?.Message);
        return (JsonWebToken)result.SecurityToken;
    }

    private async Task<TokenValidationResult> ValidateAsync(string token) => await ValidateAsync(token, await KeysAsync(client), server.Time.GetUtcNow(), Issuer);

    private static Task<TokenValidationResult> ValidateAsync(string token, JsonWebKeySet keys, DateTimeOffset now, string? issuer) =>
        new JsonWebTokenHandler().ValidateTokenAsync(token, new()
        {
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidIssuer = issuer,
            ValidateIssuer = issuer is not null,
            ValidateAudience = false,
            ValidAlgorithms = ["ES256"],
            LifetimeValidator = (_, expires, _, _) => now.UtcDateTime < expires,
        });
}
