namespace InProcessCosmos.Gateway;

/// <summary><c>/offers</c>: no throughput is provisioned for anything here, so there are none.</summary>
internal static class OfferAnswer
{
    public static GatewayResponse Of(GatewayRequest request, ResourcePath path) => (request.Method, path.IsFeed) switch
    {
        ("GET", true) => FeedAnswer.Of("", "Offers", [], continuation: null),
        ("POST", true) when request.Says(CosmosHeaders.IsQuery) => FeedAnswer.Of("", "Offers", [], continuation: null),
        _ => throw RefusedRequestException.NotSupported("Provisioned throughput (offers) is"),
    };
}
