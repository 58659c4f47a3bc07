namespace StreamChecker.StoredProcedure;

/// <summary>The container that the users' partitions are in, as both stores and <c>infra</c> name it.</summary>
public static class StreamsContainer
{
    /// <summary>The database's default id.</summary>
    public const string Database = "stream-checker";

    /// <summary>The container's default id.</summary>
    public const string Id = "streams";

    /// <summary>The path of the partition key.</summary>
    public const string PartitionKeyPath = "/userId";
}
