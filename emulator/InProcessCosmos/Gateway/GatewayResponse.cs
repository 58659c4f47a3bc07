using System.Globalization;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>The gateway's answer to a request.</summary>
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
    /// for its answer.
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
