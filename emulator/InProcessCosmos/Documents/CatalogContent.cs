using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace InProcessCosmos.Documents;

/// <summary>The catalog as it is written to disk.</summary>
internal sealed record CatalogContent
{
    public ImmutableList<Database> Databases { get; init; } = [];

    public ImmutableList<Container> Containers { get; init; } = [];

    public ImmutableList<Procedure> Procedures { get; init; } = [];

    /// <summary>The number that the next new container gets.</summary>
    public uint NextContainer { get; init; } = 1;

    /// <summary>The latest time that the engine is known to have reached, in milliseconds since the epoch.</summary>
    public long LatestTime { get; init; }
}

[JsonSerializable(typeof(CatalogContent))]
internal sealed partial class CatalogJson : JsonSerializerContext;

/// <summary>A database: a name for a group of containers.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Etag">New for every database.</param>
/// <param name="Timestamp">When it was made, in seconds since the epoch.</param>
internal sealed record Database(string Id, ulong Etag, uint Timestamp);

/// <summary>A container of documents, as it was defined.</summary>
/// <param name="Number">What stands for it in keys; never used again.</param>
/// <param name="Database">The id of its database.</param>
/// <param name="Id">Its id in that database.</param>
/// <param name="PartitionKeyPath">The path of the partition key, such as <c>/userId</c>.</param>
/// <param name="DefaultTimeToLive">In seconds: null for never, -1 for only what says so itself.</param>
internal sealed record Container(uint Number, string Database, string Id, string PartitionKeyPath, int? DefaultTimeToLive)
{
    /// <summary>What its maker said of it beyond that, as a JSON object; null if nothing was given.</summary>
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

/// <summary>A stored procedure of a container.</summary>
/// <param name="Container">The number of its container.</param>
/// <param name="Id">Its id.</param>
/// <param name="Body">Its text: one JavaScript function.</param>
/// <param name="Etag">Changes with every change of the text.</param>
/// <param name="Timestamp">When it was last written, in seconds since the epoch.</param>
/// <param name="Resource">The number in its <c>_rid</c>.</param>
internal sealed record Procedure(uint Container, string Id, string Body, ulong Etag, uint Timestamp, ulong Resource);
