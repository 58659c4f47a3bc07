using System.Text;

namespace InProcessCosmos.Gateway;

/// <summary>
/// How a client is to run a query: by sending it as it is. A container is one physical partition here, so there is
/// nothing for a client to merge, sort or sum up.
/// </summary>
internal static class QueryPlanAnswer
{
    private const string SendAsIs =
        """{"partitionedQueryExecutionInfoVersion":2,"queryInfo":{"distinctType":"None","top":null,"offset":null,"limit":null,"orderBy":[],"orderByExpressions":[],"groupByExpressions":[],"groupByAliases":[],"aggregates":[],"groupByAliasToAggregateType":{},"rewrittenQuery":"","hasSelectValue":false,"hasNonStreamingOrderBy":false},"queryRanges":[{"min":"","max":"FF","isMinInclusive":true,"isMaxInclusive":false}]}""";

    /// <exception cref="Queries.FeedQueryException">The query is malformed, or asks for something that is not supported.</exception>
    public static GatewayResponse Of(GatewayRequest request)
    {
        QueryBody.Read(request);
        return new(200, Encoding.UTF8.GetBytes(SendAsIs));
    }
}
