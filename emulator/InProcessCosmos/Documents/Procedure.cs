namespace InProcessCosmos.Documents;

/// <summary>A stored procedure of a container.</summary>
/// <param name="Container">The number of its container.</param>
/// <param name="Id">Its id.</param>
/// <param name="Body">Its text: one JavaScript function.</param>
/// <param name="Etag">Changes with every change of the text.</param>
/// <param name="Timestamp">When it was last written, in seconds since the epoch.</param>
/// <param name="Resource">The number behind its <c>_rid</c>.</param>
internal sealed record Procedure(uint Container, string Id, string Body, ulong Etag, uint Timestamp, ulong Resource);
