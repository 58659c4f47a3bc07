using System.Text.Json.Serialization;

namespace InProcessCosmos.Documents;

/// <summary>A container of documents, as it was defined.</summary>
/// <param name="Number">What stands for it in keys; never used again.</param>
/// <param name="Database">The id of its database.</param>
/// <param name="Id">Its id in that database.</param>
/// <param name="PartitionKeyPath">The path of the partition key, such as <c>/userId</c>.</param>
/// <param name="DefaultTimeToLive">In seconds: null for never, -1 for only what says so itself.</param>
internal sealed record Container(uint Number, string Database, string Id, string PartitionKeyPath, int? DefaultTimeToLive)
{
    /// <summary>What its maker said of it beyond that, as a JSON object; null where nobody said anything.</summary>
    public string? Definition { get; init; }

    /// <summary>Changes with every change of the definition.</summary>
    public ulong Etag { get; init; }

    /// <summary>When it was last defined, in seconds since the epoch.</summary>
    public uint Timestamp { get; init; }

    /// <summary>The names of the members that lead to the partition key.</summary>
    [JsonIgnore]
    public string[] PartitionKeyMembers { get; } = PartitionKeyPath.TrimStart('/').Split('/');

    /// <summary>The number behind its resource id.</summary>
    [JsonIgnore]
    public ulong ResourceNumber { get; } = ResourceLinks.ContainerNumber(Database, Number);

    /// <summary>Its link by resource ids, with a slash at the end.</summary>
    [JsonIgnore]
    public string SelfLink => field ??= $"dbs/{ResourceLinks.DatabaseResource(Database)}/colls/{ResourceLinks.ContainerResource(this)}/";
}
