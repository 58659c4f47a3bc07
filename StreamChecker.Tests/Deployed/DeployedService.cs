using System.Net;

namespace StreamChecker.Tests.Deployed;

/// <summary>The service at <c>STREAM_CHECKER_URL</c>, called with the key <c>STREAM_CHECKER_KEY</c> where it wants one.</summary>
internal static class DeployedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string? Url = Environment.GetEnvironmentVariable("STREAM_CHECKER_URL");
    private static readonly string? Key = Environment.GetEnvironmentVariable("STREAM_CHECKER_KEY");

    /// <summary>Why there is nothing to check; null where there is.</summary>
    public static string? WhyNot { get; } =
        string.IsNullOrEmpty(Url) ? "STREAM_CHECKER_URL is not set: there is no deployed service to check." : null;

    /// <summary>Why it cannot be seen that keys are asked for; null where it can.</summary>
    public static string? WhyNoKey { get; } =
        WhyNot ?? (string.IsNullOrEmpty(Key) ? "STREAM_CHECKER_KEY is not set: the service is assumed to be anonymous." : null);

    /// <summary>A client of the service, once that is ready: right after a deployment it may still be starting.</summary>
    public static async Task<HttpClient> ConnectAsync(bool withKey = true)
    {
        var client = new HttpClient { BaseAddress = new(Url!), Timeout = Patience };
        if (withKey && !string.IsNullOrEmpty(Key))
        {
            client.DefaultRequestHeaders.Add("x-functions-key", Key);
        }

        using var patience = new CancellationTokenSource(Patience);
        while ((await client.SendAsync(HttpMethod.Get, "/health/ready")).Status != HttpStatusCode.OK)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), patience.Token);
        }

        return client;
    }

    /// <summary>A new user.</summary>
    public static string NewUser() => $"after-deploy check {Guid.NewGuid()}";
}

/// <summary>A fact about the deployed service.</summary>
public sealed class DeployedFactAttribute : FactAttribute
{
    public DeployedFactAttribute() => Skip = DeployedService.WhyNot;
}
