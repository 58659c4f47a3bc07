using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Embedded;
using StreamChecker.Embedded.Storage;
using StreamChecker.Partitions;

namespace StreamChecker.Tests.Rules;

/// <summary>The limiter over the embedded engine.</summary>
internal sealed class PartitionOnThisMachine(Action<StreamCheckerOptions>? configure = null) : TestPartition(AddStore, configure)
{
    /// <summary>The stored procedure's text in this test, where it is to be another one.</summary>
    public static readonly AsyncLocal<string?> Body = new();

    private static void AddStore(IServiceCollection services)
    {
        services.AddEmbeddedStreamPartitions();
        if (Body.Value is { } body)
        {
            services.AddSingleton<IStreamPartitions>(provider => new EmbeddedStreamPartitions(provider.GetRequiredService<DocumentEngine>(), body));
        }
    }
}
