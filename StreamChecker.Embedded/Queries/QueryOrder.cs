using StreamChecker.Embedded.Queries.Expressions;

namespace StreamChecker.Embedded.Queries;

/// <summary>One of the keys that results are sorted by.</summary>
internal sealed record QueryOrder(QueryExpression Key, bool Descending);
