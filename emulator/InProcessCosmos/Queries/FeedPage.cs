using InProcessCosmos.Documents;

namespace InProcessCosmos.Queries;

/// <summary>One page of what was asked of a partition.</summary>
/// <param name="Container">Whose documents they are.</param>
/// <param name="Items">The results.</param>
/// <param name="Continuation">With what the next page is asked for; null after the last one.</param>
internal sealed record FeedPage(Container Container, IReadOnlyList<FeedItem> Items, string? Continuation);
