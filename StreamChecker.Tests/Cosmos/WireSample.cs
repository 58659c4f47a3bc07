using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Cosmos;

/// <summary>Writes down what passes, as a person would read it, less what no two runs have in common.</summary>
internal sealed partial class WireSample : DelegatingHandler
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder text = new();

    /// <summary>Takes what was written down so far.</summary>
    public string Take()
    {
        var taken = text.ToString().TrimEnd().ReplaceLineEndings("\n");
        text.Clear();
        return taken;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri!.AbsolutePath.StartsWith("/metadata/", StringComparison.Ordinal))
        {
            return response;
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"{request.Method} {request.RequestUri.AbsolutePath}");
        await WriteAsync(request.Headers.NonValidated.Select(header => (header.Key, header.Value.ToString())), request.Content);
        text.AppendLine(CultureInfo.InvariantCulture, $"=> {(int)response.StatusCode}");
        await WriteAsync(response.Headers.NonValidated.Select(header => (header.Key, header.Value.ToString())), response.Content);
        return response;
    }

    private async Task WriteAsync(IEnumerable<(string Name, string Value)> headers, HttpContent? content)
    {
        foreach (var (name, value) in headers.OrderBy(header => header.Name, StringComparer.OrdinalIgnoreCase))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{name.ToLowerInvariant()}: {Common(name, value)}");
        }

        if (content is not null)
        {
            await content.LoadIntoBufferAsync();
            var body = await content.ReadAsByteArrayAsync();
            if (body.Length > 0)
            {
                text.AppendLine(JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(body), Indented));
            }
        }

        text.AppendLine();
    }

    private static string Common(string name, string value) => name.ToLowerInvariant() switch
    {
        "x-ms-date" => "<now>",
        "x-ms-activity-id" or "x-ms-client-id" or "x-ms-content-path" => "<id>",
        "user-agent" => "<SDK, system> " + value.Split('|')[^1],
        "authorization" => Signature().Replace(value, "sig%3d<signature>"),
        "x-ms-request-charge" => "<request units>",
        _ => value,
    };

    [GeneratedRegex("sig%3d.*$", RegexOptions.IgnoreCase)]
    private static partial Regex Signature();
}
