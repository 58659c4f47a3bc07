using InProcessCosmos.Documents;

namespace InProcessCosmos.Gateway;

/// <summary>The conditions that a request puts on the etag of what it is about.</summary>
internal static class Conditions
{
    /// <exception cref="RefusedRequestException">The resource has changed since.</exception>
    public static void CheckMatch(this GatewayRequest request, ulong etag)
    {
        if (request.Header(CosmosHeaders.IfMatch) is { } expected && expected != "*" && expected != PartitionTransaction.EtagText(etag))
        {
            throw RefusedRequestException.PreconditionFailed();
        }
    }

    /// <summary>Whether the caller has this very version already.</summary>
    public static bool Knows(this GatewayRequest request, ulong etag) =>
        request.Header(CosmosHeaders.IfNoneMatch) is { } known && (known == "*" || known == PartitionTransaction.EtagText(etag));
}
