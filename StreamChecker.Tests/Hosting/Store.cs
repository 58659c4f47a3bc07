namespace StreamChecker.Tests.Hosting;

/// <summary>Where a test's partitions are.</summary>
public enum Store
{
    /// <summary>The embedded engine, called directly.</summary>
    Embedded,

    /// <summary>Cosmos DB: the real SDK, in front of the gateway in this process.</summary>
    Cosmos,
}
