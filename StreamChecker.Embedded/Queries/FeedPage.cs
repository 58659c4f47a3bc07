using StreamChecker.Embedded.Storage;

namespace StreamChecker.Embedded.Queries;

/// <summary>One page of a partition's documents.</summary>
/// <param name="Container">Whose documents they are.</param>
/// <param name="Documents">The documents.</param>
/// <param name="Continuation">With what the next page is asked for; null after the last one.</param>
internal sealed record FeedPage(Container Container, IReadOnlyList<StoredDocument> Documents, string? Continuation);
