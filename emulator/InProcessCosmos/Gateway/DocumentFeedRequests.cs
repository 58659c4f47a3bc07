using System.Buffers.Text;
using System.Text;
using InProcessCosmos.Documents;
using InProcessCosmos.Execution;
using InProcessCosmos.Queries;

namespace InProcessCosmos.Gateway;

/// <summary><c>docs</c>, many at a time: the documents of a logical partition, or those that a query names.</summary>
internal sealed class DocumentFeedRequests(DocumentEngine engine)
{
    private const string QueryContentType = "application/query+json";

    public Task<GatewayResponse> ReadAsync(GatewayRequest request, Container container, CancellationToken cancellationToken)
    {
        if (request.Header(CosmosHeaders.Incremental) is not null)
        {
            throw RejectedRequestException.NotSupported("The change feed is");
        }

        return HandleAsync(request, container, FeedQuery.WholePartition, cancellationToken);
    }

    public Task<GatewayResponse> QueryAsync(GatewayRequest request, Container container, CancellationToken cancellationToken)
    {
        if (request.Header(CosmosHeaders.ContentType)?.StartsWith(QueryContentType, StringComparison.OrdinalIgnoreCase) is not true)
        {
            throw RejectedRequestException.Malformed($"A query's content type must be {QueryContentType}.");
        }

        return request.Says(CosmosHeaders.IsQueryPlan)
            ? Task.FromResult(QueryPlanResponse.Of(request))
            : HandleAsync(request, container, QueryBody.Read(request), cancellationToken);
    }

    private async Task<GatewayResponse> HandleAsync(GatewayRequest request, Container container, FeedQuery query, CancellationToken cancellationToken)
    {
        var address = PartitionKeyHeader.Read(request, container);
        var continuation = request.Header(CosmosHeaders.Continuation) is { Length: > 0 } token ? Decode(token) : null;
        var pageSize = request.PageSize();
        var work = new DocumentWork<FeedPage>(address, transaction => query.Read(transaction, pageSize, continuation), cancellationToken);
        var page = await (engine.TryRun(work) ?? throw RejectedRequestException.Busy());
        return FeedResponse.Of(
            ResourceLinks.ContainerResource(container),
            "Documents",
            [.. page.Items.Select(item => item.Json(container))],
            page.Continuation is { } next ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(next)) : null);
    }

    private static string Decode(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException)
        {
            throw RejectedRequestException.Malformed($"The continuation token {token} is not a token of this gateway.");
        }
    }
}

/// <summary>A query as clients send it: <c>{"query": "…", "parameters": [{"name": "@x", "value": 1}]}</c>.</summary>
internal static class QueryBody
{
    public static FeedQuery Read(GatewayRequest request)
    {
        var body = Json.ReadObject(request.Body);
        var text = body.Text("query") ?? throw RejectedRequestException.Malformed("The query must be an object with the members query and parameters.");
        return FeedQuery.Parse(text, QueryParameters.Read(body));
    }
}
