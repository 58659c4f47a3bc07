using System.Globalization;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>A request to the gateway, however it came.</summary>
/// <param name="Method">The HTTP method, in capitals.</param>
/// <param name="Endpoint">Where the gateway was reached, as its clients shall reach it again.</param>
/// <param name="Target">The path and the query as they were sent, still escaped.</param>
/// <param name="Header">Gives a header's value; null where the header is missing.</param>
/// <param name="Body">The body.</param>
internal sealed record GatewayRequest(string Method, Uri Endpoint, string Target, Func<string, string?> Header, ReadOnlyMemory<byte> Body)
{
    /// <summary>The activity ID in the response and in the caller's log: the caller's own, or a new one.</summary>
    public string ActivityId { get; } = Header(CosmosHeaders.ActivityId) ?? Guid.NewGuid().ToString();

    public bool Says(string header) => string.Equals(Header(header), "true", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The gateway's response to a request.</summary>
internal sealed class GatewayResponse(int status, ReadOnlyMemory<byte> body = default)
{
    private readonly List<KeyValuePair<string, string>> headers = [];

    public int Status => status;

    public ReadOnlyMemory<byte> Body => body;

    public IReadOnlyList<KeyValuePair<string, string>> Headers => headers;

    public GatewayResponse With(string header, string? value)
    {
        if (value is not null)
        {
            headers.Add(new(header, Encoded(value)));
        }

        return this;
    }

    /// <summary>
    /// A header takes visible ASCII and spaces. A caller's text may have anything, and by now what it asked for is done: it must not fail
    /// for its response.
    /// </summary>
    private static string Encoded(string value) => value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? string.Concat(value.EnumerateRunes().Select(rune => rune.Value is >= ' ' and <= '~' ? rune.ToString() : Uri.EscapeDataString(rune.ToString())))
        : value;

    public GatewayResponse WithEtag(ulong etag) => With(CosmosHeaders.Etag, PartitionTransaction.EtagText(etag));

    /// <summary>What the request costs, roughly, in request units.</summary>
    public GatewayResponse Charge(double units) =>
        With(CosmosHeaders.RequestCharge, units.ToString("0.##", CultureInfo.InvariantCulture));

    public bool Has(string header) => headers.Exists(present => present.Key == header);
}

/// <summary>The conditions that a request puts on the etag of what it is about.</summary>
internal static class Conditions
{
    /// <exception cref="RejectedRequestException">The resource has changed since.</exception>
    public static void CheckMatch(this GatewayRequest request, ulong etag)
    {
        if (request.Header(CosmosHeaders.IfMatch) is { } expected && expected != "*" && expected != PartitionTransaction.EtagText(etag))
        {
            throw RejectedRequestException.PreconditionFailed();
        }
    }

    /// <summary>Whether the caller has this very version already.</summary>
    public static bool Knows(this GatewayRequest request, ulong etag) =>
        request.Header(CosmosHeaders.IfNoneMatch) is { } known && (known == "*" || known == PartitionTransaction.EtagText(etag));
}
