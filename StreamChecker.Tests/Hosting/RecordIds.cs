using System.Collections.Concurrent;
using System.Text.Json;

namespace StreamChecker.Tests.Hosting;

/// <summary>Notes every stream record ID and every token of a player that a response has.</summary>
internal sealed class RecordIds : DelegatingHandler
{
    private readonly ConcurrentDictionary<string, bool> seen = [];

    public IReadOnlyCollection<string> Seen => [.. seen.Keys];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var result = await ApiResponse.ReadAsync(response);
        if (result.Body.ValueKind == JsonValueKind.Object && result.Body.TryGetProperty("id", out var id))
        {
            seen[id.GetString()!] = true;
        }

        if (result.Body.ValueKind == JsonValueKind.Object && result.Body.TryGetProperty("player", out var player))
        {
            seen[player.GetProperty("url").GetString()!.Split('/')[^1]] = true;
        }

        return response;
    }
}
