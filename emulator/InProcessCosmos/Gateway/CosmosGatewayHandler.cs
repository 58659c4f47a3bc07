using System.Net;
using InProcessCosmos.Execution;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InProcessCosmos.Gateway;

/// <summary>
/// The gateway as the handler of an <see cref="HttpClient"/>, for <c>CosmosClientOptions.HttpClientFactory</c>: the SDK calls the engine in
/// its own process, and no socket is opened. It serves every endpoint. One handler serves any number of clients; the engine must outlive it.
/// </summary>
public sealed class CosmosGatewayHandler : HttpMessageHandler
{
    private readonly CosmosGateway gateway;

    /// <param name="engine">The engine that has the documents.</param>
    /// <param name="key">The account's key, in base64.</param>
    /// <param name="logger">Gets an error for each request that fails by a fault of the gateway.</param>
    /// <exception cref="ArgumentException">The key is not base64.</exception>
    public CosmosGatewayHandler(DocumentEngine engine, string key = CosmosGatewayOptions.EmulatorKey, ILogger? logger = null)
    {
        if (!MasterKey.IsWellFormed(key))
        {
            throw new ArgumentException("The account's key must be base64.", nameof(key));
        }

        gateway = new(engine, new(key), logger ?? NullLogger.Instance);
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (address.AbsolutePath.StartsWith("/metadata/", StringComparison.Ordinal))
        {
            // The SDK asks the cloud where it runs, with the same client.
            return new(HttpStatusCode.NotFound) { RequestMessage = request };
        }

        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        var result = await gateway.HandleAsync(
            new(request.Method.Method, address, address.PathAndQuery, name => Header(request, name), body), cancellationToken);
        var response = new HttpResponseMessage((HttpStatusCode)result.Status)
        {
            RequestMessage = request,
            Content = new ReadOnlyMemoryContent(result.Body),
        };
        foreach (var (name, value) in result.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) || request.Content?.Headers.NonValidated.TryGetValues(name, out values) is true
            ? values.ToString()
            : null;
}
