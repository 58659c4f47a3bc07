using InProcessCosmos.Queries;

namespace InProcessCosmos.Gateway;

/// <summary>A query as clients send it: <c>{"query": "…", "parameters": [{"name": "@x", "value": 1}]}</c>.</summary>
internal static class QueryBody
{
    public static FeedQuery Read(GatewayRequest request)
    {
        var body = Json.ReadObject(request.Body);
        var text = body.Text("query") ?? throw RefusedRequestException.Malformed("The query must be an object with the members query and parameters.");
        return FeedQuery.Parse(text, QueryParameters.Read(body));
    }
}
