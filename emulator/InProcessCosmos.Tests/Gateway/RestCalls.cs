using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InProcessCosmos.Gateway;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>A response of the REST surface, read to its end.</summary>
internal sealed record RestResponse(HttpStatusCode Status, JsonElement Body, HttpResponseHeaders Headers)
{
    public string Text(string member) => Body.GetProperty(member).GetString()!;
}

/// <summary>Calls of the REST surface by hand, signed as Microsoft documents it, for what the SDK cannot say.</summary>
internal static class RestCalls
{
    private const string Date = "sat, 31 jan 2026 20:15:00 gmt";

    /// <summary>Sends a request as it is.</summary>
    public static async Task<RestResponse> SendAsync(
        this CosmosGatewayAccount account, HttpMethod method, string path, string? body, string contentType, params (string Name, string? Value)[] headers)
    {
        using var client = new HttpClient(account.Handler, disposeHandler: false) { BaseAddress = new(CosmosGatewayAccount.Endpoint) };
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default, response.Headers);
    }

    /// <summary>Signs a request and sends it.</summary>
    public static Task<RestResponse> CallAsync(
        this CosmosGatewayAccount account, HttpMethod method, string path, string? body = null, params (string Name, string? Value)[] headers) =>
        account.SendAsync(method, path, body, "application/json", [.. Signature(method, path), .. headers]);

    /// <summary>Sends a query over Anna's partition.</summary>
    public static Task<RestResponse> QueryAsync(this CosmosGatewayAccount account, string container, string query)
    {
        var path = $"dbs/shop/colls/{container}/docs";
        return account.SendAsync(
            HttpMethod.Post,
            path,
            JsonSerializer.Serialize(new { query }),
            "application/query+json",
            [.. Signature(HttpMethod.Post, path), ("x-ms-documentdb-isquery", "True"), ("x-ms-documentdb-partitionkey", $"[\"{Products.Owner}\"]")]);
    }

    /// <summary>https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources.</summary>
    public static (string Name, string? Value)[] Signature(HttpMethod method, string path, string key = CosmosGatewayOptions.EmulatorKey)
    {
        var segments = Uri.UnescapeDataString(path).Split('/');
        var isFeed = segments.Length % 2 == 1;
        var kind = isFeed ? segments[^1] : segments[^2];
        var link = string.Join('/', isFeed ? segments[..^1] : segments);
        var text = $"{method.Method.ToLowerInvariant()}\n{kind}\n{link}\n{Date}\n\n";
        var signature = HMACSHA256.HashData(Convert.FromBase64String(key), Encoding.UTF8.GetBytes(text));
        return
        [
            ("authorization", Uri.EscapeDataString($"type=master&ver=1.0&sig={Convert.ToBase64String(signature)}")),
            ("x-ms-date", Date),
            ("x-ms-version", "2020-07-15"),
        ];
    }
}
