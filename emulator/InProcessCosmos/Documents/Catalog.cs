using System.Collections.Immutable;
using System.Text.Json;
using InProcessCosmos.Disk;
using InProcessCosmos.RocksDb;

namespace InProcessCosmos.Documents;

/// <summary>
/// Which databases, containers and stored procedures there are. Kept as one document, written whole. What adds something
/// returns null if there is one with that id.
/// </summary>
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

    public IReadOnlyList<Database> Databases => content.Databases;

    public IEnumerable<Container> Containers(Database database) => content.Containers.Where(container => container.Database == database.Id);

    public IEnumerable<Procedure> Procedures(Container container) => content.Procedures.Where(procedure => procedure.Container == container.Number);

    public Database? Database(string id) => content.Databases.Find(database => database.Id == id);

    public Container? Container(uint number) => content.Containers.Find(container => container.Number == number);

    public Container? Container(string database, string id) =>
        content.Containers.Find(container => container.Database == database && container.Id == id);

    public Procedure? Procedure(Container container, string id) =>
        content.Procedures.Find(procedure => procedure.Container == container.Number && procedure.Id == id);

    /// <summary>The container, made where it is missing, and its database with it.</summary>
    public Container Ensure(string database, string id, string partitionKeyPath, int? defaultTimeToLive, long now)
    {
        lock (changing)
        {
            if (Database(database) is null)
            {
                Add(database, now);
            }

            return Container(database, id) ?? Add(database, id, partitionKeyPath, defaultTimeToLive, definition: null, now)!;
        }
    }

    /// <summary>The stored procedure with exactly this text, made or replaced where it is another.</summary>
    public Procedure Ensure(Container container, string id, string body, long now)
    {
        lock (changing)
        {
            var present = Procedure(container, id);
            return present is null ? Add(container, id, body, now)!
                : present.Body == body ? present
                : Replace(present, body, now);
        }
    }

    public Database? Add(string id, long now)
    {
        lock (changing)
        {
            if (Database(id) is not null)
            {
                return null;
            }

            var database = new Database(id, NewEtag(), Seconds(now));
            Save(content with { Databases = content.Databases.Add(database) });
            return database;
        }
    }

    public Container? Add(string database, string id, string partitionKeyPath, int? defaultTimeToLive, string? definition, long now)
    {
        lock (changing)
        {
            if (Container(database, id) is not null)
            {
                return null;
            }

            var container = new Container(content.NextContainer, database, id, partitionKeyPath, defaultTimeToLive)
            {
                Definition = definition,
                Etag = NewEtag(),
                Timestamp = Seconds(now),
            };
            Save(content with { Containers = content.Containers.Add(container), NextContainer = content.NextContainer + 1 });
            return container;
        }
    }

    public Procedure? Add(Container container, string id, string body, long now)
    {
        lock (changing)
        {
            if (Procedure(container, id) is not null)
            {
                return null;
            }

            var procedure = new Procedure(container.Number, id, body, NewEtag(), Seconds(now), ResourceLinks.NewProcedure());
            Save(content with { Procedures = content.Procedures.Add(procedure) });
            return procedure;
        }
    }

    /// <summary>Gives a container another definition.</summary>
    public Container Redefine(Container container, string definition, long now)
    {
        lock (changing)
        {
            var changed = container with { Definition = definition, Etag = NewEtag(), Timestamp = Seconds(now) };
            Save(content with { Containers = content.Containers.RemoveAll(other => other.Number == container.Number).Add(changed) });
            return changed;
        }
    }

    /// <summary>Gives a stored procedure another text.</summary>
    public Procedure Replace(Procedure procedure, string body, long now)
    {
        lock (changing)
        {
            var changed = procedure with { Body = body, Etag = NewEtag(), Timestamp = Seconds(now) };
            Save(content with { Procedures = Without(procedure).Add(changed) });
            return changed;
        }
    }

    /// <summary>Removes a database with its containers and all that they hold.</summary>
    public void Remove(Database database)
    {
        lock (changing)
        {
            Remove([.. Containers(database)], content with { Databases = content.Databases.Remove(database) });
        }
    }

    /// <summary>Removes a container with all that it holds.</summary>
    public void Remove(Container container)
    {
        lock (changing)
        {
            Remove([container], content);
        }
    }

    public void Remove(Procedure procedure)
    {
        lock (changing)
        {
            Save(content with { Procedures = Without(procedure) });
        }
    }

    public void RememberTime(long now)
    {
        lock (changing)
        {
            Save(content with { LatestTime = Math.Max(now, content.LatestTime) });
        }
    }

    private static ulong NewEtag() => (ulong)Random.Shared.NextInt64();

    private static uint Seconds(long now) => (uint)(now / 1000);

    private ImmutableList<Procedure> Without(Procedure procedure) =>
        content.Procedures.RemoveAll(other => other.Container == procedure.Container && other.Id == procedure.Id);

    private void Remove(IReadOnlyCollection<Container> gone, CatalogContent changed)
    {
        var numbers = gone.Select(container => container.Number).ToHashSet();
        using var batch = new WriteBatch();
        foreach (var container in gone)
        {
            var (first, after) = PartitionAddress.Range(container);
            batch.DeleteRange(first, after);
        }

        Save(batch, changed with
        {
            Containers = changed.Containers.RemoveAll(container => numbers.Contains(container.Number)),
            Procedures = changed.Procedures.RemoveAll(procedure => numbers.Contains(procedure.Container)),
        });
    }

    private void Save(CatalogContent changed)
    {
        using var batch = new WriteBatch();
        Save(batch, changed);
    }

    private void Save(WriteBatch batch, CatalogContent changed)
    {
        batch.Put(Key, JsonSerializer.SerializeToUtf8Bytes(changed, CatalogJson.Default.CatalogContent));
        storage.Write(batch);
        content = changed;
    }
}
