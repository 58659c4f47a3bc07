using System.Text.Json;

namespace StreamChecker.Embedded.Gateway;

/// <summary>A query over what the catalog holds.</summary>
internal sealed class ResourceQuery
{
    private readonly string text;
    private readonly IReadOnlyDictionary<string, JsonElement> parameters;

    private ResourceQuery(string text, IReadOnlyDictionary<string, JsonElement> parameters) => (this.text, this.parameters) = (text, parameters);

    public static ResourceQuery Read(GatewayRequest request)
    {
        var (text, parameters) = QueryBody.Read(request);
        return new(text, parameters);
    }

    public IEnumerable<ReadOnlyMemory<byte>> Of(IEnumerable<ReadOnlyMemory<byte>> resources) =>
        throw RefusedRequestException.NotSupported($"The query '{text}' is");
}
