using System.Security.Cryptography;
using System.Text;

namespace InProcessCosmos.Gateway;

/// <summary>
/// The account's key, and the signature that clients make with it:
/// https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources.
/// The date is part of what is signed, but not compared with the time: a test's clock may be anywhere.
/// </summary>
internal sealed class MasterKey
{
    private const int Unauthorized = 401;

    private readonly byte[] key;

    public MasterKey(string base64) => key = Convert.FromBase64String(base64);

    /// <summary>Whether a text can be a key.</summary>
    public static bool IsWellFormed(string base64) => Convert.TryFromBase64String(base64, new byte[base64.Length], out var length) && length > 0;

    /// <exception cref="RejectedRequestException">The request is not signed with this key.</exception>
    public void Check(GatewayRequest request, ResourcePath path)
    {
        if (request.Header(CosmosHeaders.Authorization) is not { Length: > 0 } authorization)
        {
            throw new RejectedRequestException(Unauthorized, "Required Header authorization is missing. Ensure a valid Authorization token is passed.");
        }

        var token = Uri.UnescapeDataString(authorization);
        const string prefix = "type=master&ver=1.0&sig=";
        if (!token.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            throw new RejectedRequestException(Unauthorized, "Only signatures of the master key (type=master&ver=1.0) are supported by this gateway.");
        }

        var signature = Encoding.ASCII.GetBytes(token[prefix.Length..]);
        foreach (var link in path.SignedLinks())
        {
            if (CryptographicOperations.FixedTimeEquals(signature, Sign(request, path.Kind, link)))
            {
                return;
            }
        }

        throw new RejectedRequestException(
            Unauthorized,
            "The input authorization token can't serve the request. The wrong key is being used or the expected payload is not built as per the protocol. "
            + $"Server used the following payload to sign: '{Payload(request, path.Kind, path.SignedLinks().First()).ReplaceLineEndings("\\n")}'");
    }

    private static string Payload(GatewayRequest request, string kind, string link) =>
        $"{request.Method.ToLowerInvariant()}\n{kind.ToLowerInvariant()}\n{link}\n{request.Header(CosmosHeaders.Date)?.ToLowerInvariant()}\n"
        + (request.Header(CosmosHeaders.Date) is null ? request.Header("date")?.ToLowerInvariant() : "") + "\n";

    private byte[] Sign(GatewayRequest request, string kind, string link) =>
        Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Payload(request, kind, link)))));
}
