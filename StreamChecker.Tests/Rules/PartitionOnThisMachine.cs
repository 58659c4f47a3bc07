using StreamChecker.Embedded;

namespace StreamChecker.Tests.Rules;

/// <summary>The limiter over the embedded engine.</summary>
internal sealed class PartitionOnThisMachine(Action<StreamCheckerOptions>? configure = null)
    : TestPartition(services => services.AddEmbeddedStreamPartitions(), configure);
