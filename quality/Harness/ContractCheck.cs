using System.Text.Json.Nodes;

namespace StreamChecker.Harness;

/// <summary>
/// Checks the responses of all tests against <c>openapi.json</c>: the status, content type, headers and body must be
/// declared, and an accepted request body must be one that the document allows. HEAD is GET without its body.
/// </summary>
internal sealed class ContractCheck : DelegatingHandler
{
    private const string JsonLines = "application/x-ndjson";

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

        if (SchemaError(media, type, content) is { } error)
        {
            return $"the response body: {error}";
        }

        if (!response.IsSuccessStatusCode || request.Content is null || operation?.Json["requestBody"]?["content"] is not JsonObject accepting)
        {
            return null;
        }

        var (acceptedType, acceptedMedia) = accepting.Single();
        var sent = await request.Content.ReadAsStringAsync();
        return SchemaError(acceptedMedia!, acceptedType, acceptedType == JsonLines ? AcceptedLines(sent, content) : sent) is { } accepted
            ? $"an accepted body: {accepted}"
            : null;
    }

    private static string? SchemaError(JsonNode media, string type, string content) => type switch
    {
        JsonLines => content.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => CommittedContract.SchemaError(media["schema"]!["contentSchema"], JsonNode.Parse(line))).FirstOrDefault(error => error is not null),
        _ when ApiResponse.IsJson(type) => CommittedContract.SchemaError(
            media["schema"], JsonNode.Parse(content, documentOptions: new() { MaxDepth = CommittedContract.MaxDepth })),
        _ => CommittedContract.SchemaError(media["schema"], JsonValue.Create(content)),
    };

    /// <summary>The lines whose results say that they were accepted.</summary>
    private static string AcceptedLines(string sent, string results)
    {
        var lines = sent.Split('\n');
        return string.Join('\n', results.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(result => JsonNode.Parse(result)!)
            .Where(result => result["status"]!.GetValue<int>() == 200)
            .Select(result => lines[result["line"]!.GetValue<int>() - 1]));
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
