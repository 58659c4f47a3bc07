using System.Text.Json;
using InProcessCosmos.Queries;

namespace InProcessCosmos.Gateway;

/// <summary>A query as clients send it: <c>{"query": "…", "parameters": [{"name": "@x", "value": 1}]}</c>.</summary>
internal static class QueryBody
{
    public static FeedQuery Read(GatewayRequest request)
    {
        var body = Json.ReadObject(request.Body);
        var text = body.Text("query") ?? throw RefusedRequestException.Malformed("The query must be an object with the members query and parameters.");
        var parameters = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (body.TryGetProperty("parameters", out var given) && given.ValueKind == JsonValueKind.Array)
        {
            foreach (var parameter in given.EnumerateArray())
            {
                if (parameter.ValueKind != JsonValueKind.Object || parameter.Text("name") is not { } name)
                {
                    throw RefusedRequestException.Malformed("A query's parameter must be an object with the members name and value.");
                }

                parameters[name] = parameter.TryGetProperty("value", out var value) ? value : default;
            }
        }

        return FeedQuery.Parse(text, QueryParameters.Of(parameters));
    }
}
