using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamChecker.Benchmarks.Hosts;

/// <summary>A table of a local DynamoDB, by its HTTP interface.</summary>
internal sealed class DynamoTable : IDisposable
{
    public const string Name = "stream-records";

    private readonly HttpClient client;

    public DynamoTable(string endpoint)
    {
        client = new(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan }) { BaseAddress = new(endpoint), Timeout = TimeSpan.FromSeconds(60) };

        // A local DynamoDB wants to see a signature and checks none.
        client.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local");
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
    }

    public async Task<JsonNode> CallAsync(string operation, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "DynamoDB_20120810." + operation);
        using var response = await client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(answer)!
            : throw new InvalidOperationException($"{operation}: {(int)response.StatusCode} {answer}");
    }

    public void Dispose() => client.Dispose();

    public static JsonObject Item(string id, string userId, string streamId) => new()
    {
        ["id"] = Text(id), ["userId"] = Text(userId), ["streamId"] = Text(streamId),
    };

    public static JsonObject Text(string value) => new() { ["S"] = value };
}
