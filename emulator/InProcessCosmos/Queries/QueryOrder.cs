using InProcessCosmos.Queries.Expressions;

namespace InProcessCosmos.Queries;

/// <summary>One of the keys that results are sorted by.</summary>
internal sealed record QueryOrder(QueryExpression Key, bool Descending);
