using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>A partition with products of all sorts, and queries over it through the real SDK.</summary>
internal static class Products
{
    public const string Owner = "anna";

    private static readonly string[] Items =
    [
        """{"id":"1","userId":"anna","name":"Lamp","price":20,"tags":["home","light"],"stock":{"here":3,"there":0},"sold":null}""",
        """{"id":"2","userId":"anna","name":"lantern","price":7.5,"tags":["light"],"stock":{"here":0},"active":true}""",
        """{"id":"3","userId":"anna","name":"Chair","price":"free","tags":[],"active":false}""",
        """{"id":"4","userId":"anna","name":"Äpfel %","sizes":[{"w":1,"h":2},{"w":3,"h":4}]}""",
        """{"id":"5","userId":"bert","name":"Lamp","price":1}""",
    ];

    public static async Task AddProductsAsync(this Container container)
    {
        foreach (var item in Items)
        {
            using var document = JsonDocument.Parse(item);
            using var body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(item));
            using var response = await container.CreateItemStreamAsync(body, new(document.RootElement.GetProperty("userId").GetString()));
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>All results of a query over Anna's products, as compact JSON, without system properties.</summary>
    public static Task<List<string>> QueryAsync(this Container container, string query, params (string Name, object? Value)[] parameters) =>
        container.QueryAsync(Definition(query, parameters), pageSize: -1);

    public static async Task<List<string>> QueryAsync(this Container container, QueryDefinition query, int pageSize)
    {
        var results = new List<string>();
        using var feed = container.GetItemQueryStreamIterator(
            query, requestOptions: new() { PartitionKey = new(Owner), MaxItemCount = pageSize });
        while (feed.HasMoreResults)
        {
            results.AddRange(await ReadPageAsync(feed));
        }

        return results;
    }

    public static async Task<List<string>> ReadPageAsync(FeedIterator feed)
    {
        using var response = await feed.ReadNextAsync();
        response.EnsureSuccessStatusCode();
        using var body = await JsonDocument.ParseAsync(response.Content);
        return [.. body.RootElement.GetProperty("Documents").EnumerateArray().Select(Compact)];
    }

    public static QueryDefinition Definition(string query, params (string Name, object? Value)[] parameters)
    {
        var definition = new QueryDefinition(query);
        foreach (var (name, value) in parameters)
        {
            definition = definition.WithParameter(name, value);
        }

        return definition;
    }

    private static string Compact(JsonElement result) =>
        result.ValueKind != JsonValueKind.Object
            ? result.GetRawText()
            : "{" + string.Join(",", result.EnumerateObject().Where(member => !member.Name.StartsWith('_')).Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}")) + "}";
}
