using System.Globalization;
using InProcessCosmos.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamChecker.Server.Embedded;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Harness;

/// <summary>The limiter over the embedded engine.</summary>
internal sealed class PartitionOnThisMachine(Action<StreamCheckerOptions>? configure = null) : TestPartition(AddStore, configure)
{
    /// <summary>The limiter over the same documents, where another replica with another clock runs the procedure.</summary>
    public StreamLimiter OnClock(double secondsAhead)
    {
        var clock = (secondsAhead * 1000).ToString(CultureInfo.InvariantCulture);
        var body = ProcedureUnderTest.Body.Replace("Date.now()", $"(Date.now() + {clock})", StringComparison.Ordinal);
        return Limiters.Of(new EmbeddedStreamPartitions(Engine, body), Services.GetRequiredService<IOptions<StreamCheckerOptions>>().Value, Time);
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

/// <summary>The stored procedure that the tests of the rules run: <c>streams.js</c>, where nothing else was put in its place.</summary>
internal static class ProcedureUnderTest
{
    private static readonly AsyncLocal<string?> Instead = new();

    public static string Body => Instead.Value ?? StreamsProcedure.Body;

    public static bool IsReplaced => Instead.Value is not null;

    /// <summary>Puts another text in its place, for what is called from here.</summary>
    public static void Replace(string body) => Instead.Value = body;
}
