using System.Net;

namespace InProcessCosmos.Gateway;

/// <summary>The gateway in the process of its client: for <c>CosmosClientOptions.HttpClientFactory</c>. No socket is opened.</summary>
internal sealed class CosmosGatewayHandler(CosmosGateway gateway) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (address.AbsolutePath.StartsWith("/metadata/", StringComparison.Ordinal))
        {
            // The SDK asks the cloud where it runs, with the same client.
            return new(HttpStatusCode.NotFound) { RequestMessage = request };
        }

        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        var answer = await gateway.AnswerAsync(
            new(request.Method.Method, address, address.AbsolutePath, name => Header(request, name), body), cancellationToken);
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status)
        {
            RequestMessage = request,
            Content = new ReadOnlyMemoryContent(answer.Body),
        };
        foreach (var (name, value) in answer.Headers)
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
