using System.Globalization;
using InProcessCosmos.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamChecker.Server.Embedded;
using StreamChecker.StoredProcedure;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Rules;

/// <summary>The limiter over the embedded engine.</summary>
internal sealed class PartitionOnThisMachine(Action<StreamCheckerOptions>? configure = null) : TestPartition(AddStore, configure)
{
    /// <summary>The limiter over the same documents, where another replica with another clock runs the procedure.</summary>
    public StreamLimiter OnClock(double secondsAhead)
    {
        var clock = (secondsAhead * 1000).ToString(CultureInfo.InvariantCulture);
        var body = ProcedureUnderTest.Body.Replace("Date.now()", $"(Date.now() + {clock})", StringComparison.Ordinal);
        return new(new EmbeddedStreamPartitions(Engine, body), Services.GetRequiredService<IOptions<StreamCheckerOptions>>(), Time, Telemetry.None());
    }

    private static void AddStore(IServiceCollection services)
    {
        services.AddEmbeddedStreamPartitions();
        if (ProcedureUnderTest.IsReplaced)
        {
            var body = ProcedureUnderTest.Body;
            services.AddSingleton<IStreamPartitions>(provider => new EmbeddedStreamPartitions(provider.GetRequiredService<DocumentEngine>(), body));
        }
    }
}
