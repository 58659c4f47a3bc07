namespace StreamChecker.Tests.Reliability.Workloads;

/// <summary>Which of the two partition stores a suite runs on.</summary>
public enum StoreKind
{
    /// <summary>The embedded engine, called directly.</summary>
    Embedded,

    /// <summary>Cosmos DB's real SDK, over the gateway in this process.</summary>
    Cosmos,
}
