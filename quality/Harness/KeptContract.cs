using System.Text.Json.Nodes;

namespace StreamChecker.Harness;

/// <summary>
/// Holds every answer that any test gets against <c>openapi.json</c>: its status, content type, headers and body must be
/// there, and what was accepted must be a body that the document allows. HEAD is GET without its body.
/// </summary>
internal sealed class KeptContract : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        if (await FlawAsync(request, response) is { } flaw)
        {
            throw new ContractBrokenException($"{request.Method} {request.RequestUri!.AbsolutePath} was answered {(int)response.StatusCode}, against openapi.json: {flaw}");
        }

        return response;
    }

    private static async Task<string?> FlawAsync(HttpRequestMessage request, HttpResponseMessage response)
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

        if (CommittedContract.Flaw(media["schema"], type.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(content) : JsonValue.Create(content)) is { } flaw)
        {
            return $"the answer's body: {flaw}";
        }

        return response.IsSuccessStatusCode && request.Content is not null && operation?.Json["requestBody"]?["content"]?["application/json"]?["schema"] is { } schema
            && CommittedContract.Flaw(schema, JsonNode.Parse(await request.Content.ReadAsStringAsync(), documentOptions: new() { MaxDepth = CommittedContract.MaxDepth })) is { } accepted
            ? $"a body that was accepted: {accepted}"
            : null;
    }

    /// <summary>What is answered where there is no operation, or before it is looked at.</summary>
    private static JsonNode? Shared(int status)
    {
        var name = status switch { 404 => "NotFound", 405 => "MethodNotAllowed", _ => "" };
        return CommittedContract.Document["components"]!["responses"]![name];
    }
}

/// <summary>An answer is not one that <c>openapi.json</c> allows.</summary>
internal sealed class ContractBrokenException(string message) : Exception(message);
