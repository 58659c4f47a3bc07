using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Reliability.Functions.Export;

/// <summary>
/// What the exporters talk to, on 127.0.0.1: the ingestion of Application Insights (HTTP and HTTPS), an OTLP collector (HTTP), and the
/// endpoint that gives an app in Azure the tokens of its managed identity.
/// </summary>
internal sealed class TelemetryEndpoints : IAsyncDisposable
{
    public const string IdentityClientId = "11111111-2222-3333-4444-555555555555";
    public const string Token = "a-token-of-the-identity";

    private const string IdentityHeader = "a-secret-of-this-instance";

    private readonly TemporaryFolder folder = new();
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ReceivedTelemetry> received = [];
    private readonly ConcurrentQueue<string> strays = [];

    private TelemetryEndpoints()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(certificate));
        });
        app = builder.Build();
        app.Run(RespondAsync);
    }

    /// <summary>Everything that was sent, in the order of its arrival.</summary>
    public IReadOnlyCollection<ReceivedTelemetry> Received => [.. received];

    /// <summary>The requests that none of the exporters should make. Those to other machines are among them: this is the worker's proxy, too.</summary>
    public IReadOnlyCollection<string> Strays => [.. strays];

    private string Http => app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal));

    private string Https => app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal));

    private string CertificateFile => Path.Combine(folder.Path, "certificate.pem");

    public static async Task<TelemetryEndpoints> StartAsync()
    {
        var endpoints = new TelemetryEndpoints();
        await endpoints.app.StartAsync();
        return endpoints;
    }

    /// <summary>The settings of an app that sends to Application Insights.</summary>
    public IReadOnlyList<(string Name, string Value)> ApplicationInsights =>
    [
        ("APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey={Guid.Empty};IngestionEndpoint={Http}/;LiveEndpoint={Http}/live/"),
        .. OnlyHere,
    ];

    /// <summary>The settings of an app that sends to Application Insights with its managed identity.</summary>
    public IReadOnlyList<(string Name, string Value)> ApplicationInsightsByIdentity =>
    [
        ("APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey={Guid.Empty};IngestionEndpoint={Https}/;LiveEndpoint={Https}/live/"),
        ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", $"ClientId={IdentityClientId};Authorization=AAD"),
        ("IDENTITY_ENDPOINT", $"{Http}/msi/token"),
        ("IDENTITY_HEADER", IdentityHeader),
        ("SSL_CERT_FILE", CertificateFile),
        .. OnlyHere,
    ];

    /// <summary>The settings of an app that sends by OTLP.</summary>
    public IReadOnlyList<(string Name, string Value)> Otlp =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Http),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        .. OnlyHere,
    ];

    /// <summary>The settings of an app that sends nothing.</summary>
    public IReadOnlyList<(string Name, string Value)> None => OnlyHere;

    private IReadOnlyList<(string Name, string Value)> OnlyHere =>
    [
        ("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true"),
        ("APPLICATIONINSIGHTS_SDKSTATS_DISABLED_ALL", "true"),
        ("AzureMonitorExporter__StorageDirectory", folder.Path),
        ("COSMOS_DISABLE_IMDS_ACCESS", "true"),
        ("HTTP_PROXY", Http),
        ("HTTPS_PROXY", Http),
        ("NO_PROXY", "127.0.0.1,localhost"),
    ];

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }

    private async Task RespondAsync(HttpContext context)
    {
        var request = context.Request;
        switch (request.Method, request.Path.Value)
        {
            case ("POST", "/v2.1/track"):
                var text = Encoding.UTF8.GetString(await BodyAsync(request));
                var items = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
                received.Enqueue(new(Destination.ApplicationInsights, request.Headers.Authorization, text, items));
                await context.Response.WriteAsJsonAsync(new { itemsReceived = items.Count, itemsAccepted = items.Count, errors = Array.Empty<object>() });
                return;

            case ("POST", "/v1/metrics"):
                await ReceiveOtlpAsync(Destination.OtlpMetrics, request);
                return;

            case ("POST", "/v1/traces"):
                await ReceiveOtlpAsync(Destination.OtlpSpans, request);
                return;

            case ("POST", "/v1/logs"):
                await ReceiveOtlpAsync(Destination.OtlpLogs, request);
                return;

            case ("GET", "/msi/token") when request.Headers["X-IDENTITY-HEADER"] == IdentityHeader
                && request.Query["client_id"] == IdentityClientId && request.Query["resource"].ToString().TrimEnd('/') == "https://monitor.azure.com":
                var expires = DateTimeOffset.UtcNow.AddHours(8).ToUnixTimeSeconds();
                await context.Response.WriteAsJsonAsync(new Dictionary<string, string>
                {
                    ["access_token"] = Token,
                    ["expires_on"] = $"{expires}",
                    ["resource"] = request.Query["resource"].ToString(),
                    ["token_type"] = "Bearer",
                    ["client_id"] = IdentityClientId,
                });
                return;

            default:
                strays.Enqueue($"{request.Method} {request.Host}{request.Path}{request.QueryString}");
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
        }
    }

    private async Task ReceiveOtlpAsync(Destination destination, HttpRequest request)
    {
        // The names, values and messages of a protobuf message are plain UTF-8 in it.
        received.Enqueue(new(destination, request.Headers.Authorization, Encoding.UTF8.GetString(await BodyAsync(request)), []));
        request.HttpContext.Response.ContentType = "application/x-protobuf";
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (request.Headers.ContentEncoding != "gzip")
        {
            return body.ToArray();
        }

        body.Position = 0;
        using var text = new MemoryStream();
        await using var gzip = new GZipStream(body, CompressionMode.Decompress);
        await gzip.CopyToAsync(text, request.HttpContext.RequestAborted);
        return text.ToArray();
    }
}

internal enum Destination
{
    ApplicationInsights,
    OtlpMetrics,
    OtlpSpans,
    OtlpLogs,
}

/// <summary>One request of an exporter, with its body: JSON lines, each a row for Application Insights, or the readable parts of a protobuf message.</summary>
internal sealed record ReceivedTelemetry(Destination Destination, string? Authorization, string Text, IReadOnlyList<JsonElement> Items);
