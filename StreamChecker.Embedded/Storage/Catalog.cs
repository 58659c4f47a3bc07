using System.Text.Json;
using RocksDbSharp;

namespace StreamChecker.Embedded.Storage;

/// <summary>Which databases, containers and stored procedures there are. Kept as one document, written whole.</summary>
internal sealed class Catalog
{
    private static readonly byte[] Key = "catalog"u8.ToArray();

    private readonly DocumentStorage storage;
    private readonly Lock changing = new();
    private volatile CatalogContent content;

    public Catalog(DocumentStorage storage)
    {
        this.storage = storage;
        content = storage.Read(Key) is { } json
            ? JsonSerializer.Deserialize(json, CatalogJson.Default.CatalogContent)!
            : new();
    }

    /// <summary>The latest time that the engine is known to have reached.</summary>
    public long LatestTime => content.LatestTime;

    public Container? Container(uint number) => content.Containers.Find(container => container.Number == number);

    public Container? Container(string database, string id) =>
        content.Containers.Find(container => container.Database == database && container.Id == id);

    public Procedure? Procedure(Container container, string id) =>
        content.Procedures.Find(procedure => procedure.Container == container.Number && procedure.Id == id);

    /// <summary>The container, made where it is missing.</summary>
    public Container Ensure(string database, string id, string partitionKeyPath, int? defaultTimeToLive)
    {
        lock (changing)
        {
            if (Container(database, id) is { } present)
            {
                return present;
            }

            var container = new Container(content.NextContainer, database, id, partitionKeyPath, defaultTimeToLive);
            Save(content with { Containers = content.Containers.Add(container), NextContainer = content.NextContainer + 1 });
            return container;
        }
    }

    /// <summary>The stored procedure with exactly this text, made or replaced where it is another.</summary>
    public Procedure Ensure(Container container, string id, string body, long now)
    {
        lock (changing)
        {
            var present = Procedure(container, id);
            if (present?.Body == body)
            {
                return present;
            }

            var procedure = new Procedure(
                container.Number, id, body, (ulong)Random.Shared.NextInt64(), (uint)(now / 1000),
                present?.Resource ?? (ulong)Random.Shared.NextInt64());
            var others = present is null ? content.Procedures : content.Procedures.Remove(present);
            Save(content with { Procedures = others.Add(procedure) });
            return procedure;
        }
    }

    public void RememberTime(long now)
    {
        lock (changing)
        {
            Save(content with { LatestTime = Math.Max(now, content.LatestTime) });
        }
    }

    private void Save(CatalogContent changed)
    {
        using var batch = new WriteBatch();
        batch.Put(Key, JsonSerializer.SerializeToUtf8Bytes(changed, CatalogJson.Default.CatalogContent));
        storage.Write(batch);
        content = changed;
    }
}
