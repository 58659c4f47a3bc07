using Jint;
using Jint.Native;
using Jint.Native.Json;
using StreamChecker.Embedded.Queries;
using StreamChecker.Embedded.Storage;

namespace StreamChecker.Embedded.Scripts;

/// <summary>Documents as a script sees them, with the system properties of Cosmos DB.</summary>
internal sealed class DocumentObjects(Engine engine)
{
    private readonly JsonParser parser = new(engine);

    public JsObject Object(StoredDocument document, Container container)
    {
        var made = (JsObject)parser.Parse(document.Json.Span);
        made.FastSetDataProperty("_rid", ResourceLinks.DocumentResource(container, document.Resource));
        made.FastSetDataProperty("_self", ResourceLinks.Self(container, document.Resource));
        made.FastSetDataProperty("_etag", PartitionTransaction.EtagText(document.Etag));
        made.FastSetDataProperty("_attachments", "attachments/");
        made.FastSetDataProperty("_ts", document.Timestamp);
        return made;
    }

    public JsArray Array(FeedPage page) =>
        new(engine, [.. page.Documents.Select(document => (JsValue)Object(document, page.Container))]);

    public JsObject FeedOptions(FeedPage page)
    {
        var options = new JsObject(engine);
        if (page.Continuation is { } continuation)
        {
            options.FastSetDataProperty("continuation", continuation);
        }

        return options;
    }

    public JsObject WriteOptions(StoredDocument? document)
    {
        var options = new JsObject(engine);
        if (document is not null)
        {
            options.FastSetDataProperty("etag", PartitionTransaction.EtagText(document.Etag));
        }

        return options;
    }

    public JsObject NotModified()
    {
        var options = new JsObject(engine);
        options.FastSetDataProperty("notModified", true);
        return options;
    }

    /// <summary>A query as a script gives it: text, or an object of text and parameters.</summary>
    public static FeedQuery Query(JsValue query)
    {
        if (query.IsString())
        {
            return FeedQuery.Parse(query.AsString(), new Dictionary<string, System.Text.Json.JsonElement>());
        }

        if (query.IsObject() && query.AsObject().Get("query") is var text && text.IsString())
        {
            return FeedQuery.Parse(text.AsString(), new Dictionary<string, System.Text.Json.JsonElement>());
        }

        throw new FeedQueryException("The query must be a string, or an object with the members query and parameters.");
    }
}
