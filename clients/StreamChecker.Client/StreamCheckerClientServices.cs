using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace StreamChecker.Client;

/// <summary>The settings of the client.</summary>
public sealed class StreamCheckerClientOptions
{
    /// <summary>The URL of the service, such as <c>https://my-app.azurewebsites.net</c>. Required.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The API key; null for a local Server without keys.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The time limit of one call with all its retries. 12 seconds by default; the service itself takes 5 at most by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>How long a heartbeat waits for others to share its request. 50 milliseconds by default.</summary>
    public TimeSpan HeartbeatCollection { get; set; } = TimeSpan.FromMilliseconds(50);
}

/// <summary>Registers the client.</summary>
public static class StreamCheckerClientServices
{
    private const string Name = nameof(StreamCheckerClient);
    private const string KeyHeader = "x-functions-key";

    /// <summary>
    /// Adds <see cref="StreamCheckerClient"/>. It retries requests that got no response or a transient error: starts and changes carry an
    /// idempotency key, all others are idempotent.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder of its HTTP client, for further handlers.</returns>
    public static IHttpClientBuilder AddStreamCheckerClient(this IServiceCollection services, Action<StreamCheckerClientOptions> configure)
    {
        services.AddOptions<StreamCheckerClientOptions>()
            .Configure(configure)
            .Validate(options => options.BaseAddress is { IsAbsoluteUri: true }, "BaseAddress must be the absolute URL of the Stream Checker service.")
            .Validate(options => options.Timeout > TimeSpan.Zero, "Timeout must be positive.")
            .Validate(options => options.HeartbeatCollection >= TimeSpan.Zero, "HeartbeatCollection must not be negative.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new StreamCheckerClient(
            () => provider.GetRequiredService<IHttpClientFactory>().CreateClient(Name),
            Options(provider).HeartbeatCollection,
            provider.GetRequiredService<TimeProvider>()));
        var builder = services.AddHttpClient(Name, (provider, http) =>
        {
            var options = Options(provider);
            http.BaseAddress = new(options.BaseAddress!.AbsoluteUri.TrimEnd('/') + "/");
            http.Timeout = System.Threading.Timeout.InfiniteTimeSpan; // The pipeline has its own.
            if (options.ApiKey is { } key)
            {
                http.DefaultRequestHeaders.Add(KeyHeader, key);
            }
        });
        builder.AddResilienceHandler(Name, (pipeline, context) => ServiceRetries.AddTo(pipeline, Options(context.ServiceProvider).Timeout));
        return builder;
    }

    private static StreamCheckerClientOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<StreamCheckerClientOptions>>().Value;
}

/// <summary>The retries of a call.</summary>
internal static class ServiceRetries
{
    private const int MostRetries = 3;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>A service that asks for a longer delay has a condition that an operator must end.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    public static void AddTo(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, TimeSpan timeout) => pipeline
        .AddTimeout(timeout)
        .AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = MostRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstDelay,
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is { } exception ? IsNoResponse(exception) : IsTransient(arguments.Outcome.Result!)),
        })
        .AddTimeout(timeout / 2);

    /// <summary>Whether a request got no response.</summary>
    public static bool IsNoResponse(Exception exception) =>
        exception is HttpRequestException or TimeoutRejectedException or TaskCanceledException { InnerException: TimeoutException };

    private static bool IsTransient(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout
        && !(response.Headers.RetryAfter?.Delta > LongestDelay);
}
