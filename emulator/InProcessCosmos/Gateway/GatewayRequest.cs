namespace InProcessCosmos.Gateway;

/// <summary>A request to the gateway, however it came.</summary>
/// <param name="Method">The HTTP method, in capitals.</param>
/// <param name="Endpoint">Where the gateway was reached, as its clients shall reach it again.</param>
/// <param name="Path">The path as it was sent, still escaped, without the query.</param>
/// <param name="Header">Gives a header's value; null where the header is missing.</param>
/// <param name="Body">The body.</param>
internal sealed record GatewayRequest(string Method, Uri Endpoint, string Path, Func<string, string?> Header, ReadOnlyMemory<byte> Body)
{
    /// <summary>What the answer and the caller's log are found by: the caller's own, or a new one.</summary>
    public string ActivityId { get; } = Header(CosmosHeaders.ActivityId) ?? Guid.NewGuid().ToString();

    public bool Says(string header) => string.Equals(Header(header), "true", StringComparison.OrdinalIgnoreCase);
}
