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
