using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Embedded;
using StreamChecker.Embedded.Storage;
using StreamChecker.Partitions;

namespace StreamChecker.Tests.Rules;

/// <summary>The limiter over the embedded engine.</summary>
internal sealed class PartitionOnThisMachine(Action<StreamCheckerOptions>? configure = null) : TestPartition(AddStore, configure)
{
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
