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
            headers.Add(new(header, value));
        }

        return this;
    }

    public GatewayResponse WithEtag(ulong etag) => With(CosmosHeaders.Etag, PartitionTransaction.EtagText(etag));

    /// <summary>What the request costs, roughly, in request units.</summary>
    public GatewayResponse Charge(double units) =>
        With(CosmosHeaders.RequestCharge, units.ToString("0.##", CultureInfo.InvariantCulture));

    public bool Has(string header) => headers.Exists(present => present.Key == header);
}
