using System.Buffers.Text;
using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace StreamChecker.Playback;

/// <summary>
/// Signs playback tokens: a JSON Web Token (ES256) that expires with the lease of its stream. A CDN or a licence proxy verifies it with the
/// published keys, without a call. It names the stream by a hash of the record ID, which itself would disclose the user in URLs and logs.
/// </summary>
/// <remarks>Its own writer: a token has five claims, and a library for them would add four assemblies to a cold start (decision 11).</remarks>
public sealed class PlaybackTokens : IDisposable
{
    private const byte Separator = (byte)'.';

    /// <summary>Two numbers of 256 bits: the form of JWS, which is also .NET's.</summary>
    private const int SignatureSize = 64;

    private readonly string? issuer;
    private readonly TimeProvider time;
    private readonly byte[] header = [];
    private readonly ThreadLocal<ECDsa>? signer;

    /// <summary>Reads the keys.</summary>
    public PlaybackTokens(IOptions<PlaybackOptions> options, TimeProvider time)
    {
        this.time = time;
        issuer = options.Value.PlaybackIssuer;
        var texts = options.Value.Keys;
        PublicKeys = [.. texts.Select(PublicKey.Of)];
        if (texts is [var first, ..])
        {
            header = Base64Url.EncodeToUtf8(JsonSerializer.SerializeToUtf8Bytes(new TokenHeader("ES256", PublicKeys[0].Kid, "JWT"), PlaybackJson.Default.TokenHeader));

            // An instance must not sign on two threads at once.
            signer = new(() => PlaybackOptions.Import(first));
        }
    }

    /// <summary>The keys that verify the tokens.</summary>
    internal IReadOnlyList<PublicKey> PublicKeys { get; }

    /// <summary>A token for an active stream; null if there are no keys, or the stream has no lease.</summary>
    internal PlaybackToken? For(StreamRecord record)
    {
        if (signer is null || record.ExpiresAt is not { } leaseEnd)
        {
            return null;
        }

        // Whole seconds: never after the lease.
        var expiresAt = leaseEnd.ToUnixTimeSeconds();
        var claims = new TokenClaims(issuer, time.GetUtcNow().ToUnixTimeSeconds(), expiresAt, StreamName(record.Id.ToString()), record.StreamId);
        return new(Signed(JsonSerializer.SerializeToUtf8Bytes(claims, PlaybackJson.Default.TokenClaims)), DateTimeOffset.FromUnixTimeSeconds(expiresAt));
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => signer?.Dispose();

    private string Signed(byte[] payload)
    {
        Span<byte> signature = stackalloc byte[SignatureSize];
        var signedLength = header.Length + 1 + Base64Url.GetEncodedLength(payload.Length);
        var token = new byte[signedLength + 1 + Base64Url.GetEncodedLength(SignatureSize)];
        header.CopyTo(token, 0);
        token[header.Length] = Separator;
        Base64Url.EncodeToUtf8(payload, token.AsSpan(header.Length + 1));
        signer!.Value!.SignData(token.AsSpan(0, signedLength), signature, HashAlgorithmName.SHA256);
        token[signedLength] = Separator;
        Base64Url.EncodeToUtf8(signature, token.AsSpan(signedLength + 1));
        return Encoding.ASCII.GetString(token);
    }

    private static string StreamName(string recordId) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(recordId)));
}

/// <summary>A playback token in a response.</summary>
internal sealed record PlaybackToken(
    [property: Description("A JSON Web Token, signed with ES256 by a key of `/.well-known/jwks.json`. Claims: `exp`, `iat`, `stream_id` (the content), `sid` (the SHA-256 of the stream record ID in base64url) and, if configured, `iss`.")] string Token,
    [property: Description("The time when the token expires: the end of the lease, in whole seconds.")] DateTimeOffset ExpiresAt);

/// <summary>A public key as a JSON Web Key (RFC 7517).</summary>
internal sealed record PublicKey(
    [property: Description("`EC`.")] string Kty,
    [property: Description("`P-256`.")] string Crv,
    [property: Description("The x coordinate in base64url.")] string X,
    [property: Description("The y coordinate in base64url.")] string Y,
    [property: Description("`sig`.")] string Use,
    [property: Description("`ES256`.")] string Alg,
    [property: Description("The key's ID: its thumbprint (RFC 7638).")] string Kid)
{
    public static PublicKey Of(string text)
    {
        using var key = PlaybackOptions.Import(text);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var thumbprint = SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""));
        return new("EC", "P-256", x, y, "sig", "ES256", Base64Url.EncodeToString(thumbprint));
    }
}

/// <summary>The header of a token.</summary>
internal sealed record TokenHeader(string Alg, string Kid, string Typ);

/// <summary>The claims of a token.</summary>
internal sealed record TokenClaims(string? Iss, long Iat, long Exp, string Sid, [property: JsonPropertyName("stream_id")] string StreamId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenHeader))]
[JsonSerializable(typeof(TokenClaims))]
internal sealed partial class PlaybackJson : JsonSerializerContext;
