using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace StreamChecker.Players;

/// <summary>The URL by which a player sends its own heartbeats.</summary>
[SuppressMessage("Design", "CA1054:URI-like parameters should not be strings", Justification = "The shape of a response.")]
[SuppressMessage("Design", "CA1056:URI-like properties should not be strings", Justification = "The shape of a response.")]
internal sealed record PlayerLink(
    [property: Description("The base URL of the player's calls: `{url}/heartbeat`, `{url}/stop`, `{url}/cmcd`. It holds a token: give it to the stream's player only.")] string Url,
    [property: Description("The time when the token in the URL expires. In the second half of its life a heartbeat of the player returns another.")] DateTimeOffset ExpiresAt);

/// <summary>Makes the URLs of players.</summary>
public sealed class PlayerLinks
{
    internal const string Root = "/player/";

    private readonly PlayerTokens tokens;
    private readonly TimeSpan lifetime;
    private readonly string? publicUrl;
    private readonly TimeProvider time;

    /// <summary>Reads the settings.</summary>
    public PlayerLinks(PlayerTokens tokens, IOptions<PlayerOptions> options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.tokens, this.time) = (tokens, time);
        (lifetime, publicUrl) = (options.Value.TokenLifetime, options.Value.PublicUrl?.TrimEnd('/'));
    }

    /// <summary>A URL for a stream's player; null without player keys.</summary>
    /// <param name="request">The request for it.</param>
    /// <param name="route">The part of its path that begins the route of the call. The part before it is the path prefix.</param>
    /// <param name="stream">The stream.</param>
    internal PlayerLink? For(HttpRequest request, string route, StreamRecordId stream)
    {
        if (!tokens.AreOn)
        {
            return null;
        }

        var expiresAt = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + lifetime).ToUnixTimeSeconds());
        return new($"{publicUrl ?? UrlOf(request, route)}{Root}{tokens.Issue(new(stream, expiresAt))}", expiresAt);
    }

    /// <summary>The URL that replaces that of a token in the second half of its life; null before that.</summary>
    internal PlayerLink? Renew(HttpRequest request, PlayerToken token) =>
        token.ExpiresAt - time.GetUtcNow() < lifetime / 2 ? For(request, Root, token.Stream) : null;

    private static string UrlOf(HttpRequest request, string route)
    {
        var path = request.PathBase.Add(request.Path).ToUriComponent();
        var prefix = path[..Math.Max(0, path.LastIndexOf(route, StringComparison.OrdinalIgnoreCase))];
        return $"{request.Scheme}://{request.Host.ToUriComponent()}{prefix}";
    }
}
