using System.Threading.RateLimiting;
using StreamChecker.Api;

namespace StreamChecker.Server;

/// <summary>
/// Refuses at once what would only wait: so many calls are worked on at a time, however many connections there are, and
/// those keep their latency. Health is always answered.
/// </summary>
internal static class LoadShedding
{
    /// <summary>More than a disk's slowest sync can use up in one batch, and few enough to be done within the deadline.</summary>
    private const int CallsAtOnce = 1024;

    public static void AddLoadShedding(this IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetConcurrencyLimiter(
            0, _ => new ConcurrencyLimiterOptions { PermitLimit = CallsAtOnce, QueueLimit = 0 }));
        options.OnRejected = async (rejected, _) => await StreamApi.AnswerBusy(rejected.HttpContext);
    });
}
