using System.Text.Json.Nodes;

namespace StreamChecker.Harness;

/// <summary>
/// Checks the responses of all tests against <c>openapi.json</c>: the status, content type, headers and body must be
/// declared, and an accepted request body must be one that the document allows. HEAD is GET without its body.
/// </summary>
internal sealed class ContractCheck : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        if (await ViolationAsync(request, response) is { } error)
        {
            throw new ContractViolationException($"{request.Method} {request.RequestUri!.AbsolutePath} returned {(int)response.StatusCode}, which violates openapi.json: {error}");
        }

        return response;
    }

    private static async Task<string?> ViolationAsync(HttpRequestMessage request, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var isHead = request.Method == HttpMethod.Head;
        var operation = CommittedContract.Find((isHead ? HttpMethod.Get : request.Method).Method, request.RequestUri!.AbsolutePath);
        var documented = operation is null ? Shared(status) : operation.Response(status);
        if (documented is null)
        {
            return "no such status.";
        }

        foreach (var (name, header) in documented["headers"]?.AsObject() ?? [])
        {
            if (header!["required"]?.GetValue<bool>() == true && !response.Headers.TryGetValues(name, out _) && !response.Content.Headers.TryGetValues(name, out _))
            {
                return $"the header {name} is missing.";
            }
        }

        var content = await response.Content.ReadAsStringAsync();
        if (content.Length > 0 && (isHead || documented["content"] is null))
        {
            return "there is a body.";
        }

        if (documented["content"] is not JsonObject types)
        {
            return null;
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        if (type is null || types[type] is not { } media)
        {
            return $"the content type is {type}.";
        }

        if (isHead)
        {
            return null;
        }

        if (CommittedContract.SchemaError(media["schema"], type.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(content) : JsonValue.Create(content)) is { } error)
        {
            return $"the response body: {error}";
        }

        return response.IsSuccessStatusCode && request.Content is not null && operation?.Json["requestBody"]?["content"]?["application/json"]?["schema"] is { } schema
            && CommittedContract.SchemaError(schema, JsonNode.Parse(await request.Content.ReadAsStringAsync(), documentOptions: new() { MaxDepth = CommittedContract.MaxDepth })) is { } accepted
            ? $"an accepted body: {accepted}"
            : null;
    }

    /// <summary>The responses to an unknown operation, and those before the operation is resolved.</summary>
    private static JsonNode? Shared(int status)
    {
        var name = status switch { 404 => "NotFound", 405 => "MethodNotAllowed", _ => "" };
        return CommittedContract.Document["components"]!["responses"]![name];
    }
}

/// <summary>A response is not one that <c>openapi.json</c> allows.</summary>
internal sealed class ContractViolationException(string message) : Exception(message);
