using InProcessCosmos.Documents;
using InProcessCosmos.Queries;
using Jint;
using Jint.Native;
using Jint.Native.Json;

namespace InProcessCosmos.Scripts;

/// <summary>Documents as a script sees them, with the system properties of Cosmos DB.</summary>
internal sealed class DocumentObjects(Engine engine)
{
    private readonly JsonParser parser = new(engine);

    public JsObject Object(StoredDocument document, Container container)
    {
        var made = (JsObject)parser.Parse(document.Json.Span);
        var resource = ResourceLinks.DocumentResource(container, document.Resource);
        made.FastSetDataProperty("_rid", resource);
        made.FastSetDataProperty("_self", ResourceLinks.Self(container, resource));
        made.FastSetDataProperty("_etag", PartitionTransaction.EtagText(document.Etag));
        made.FastSetDataProperty("_attachments", "attachments/");
        made.FastSetDataProperty("_ts", document.Timestamp);
        return made;
    }

    public JsArray Array(FeedPage page) =>
        new(engine, [.. page.Items.Select(item => item.Document is { } document ? Object(document, page.Container) : parser.Parse(item.Json(page.Container).Span))]);

    public JsObject FeedOptions(FeedPage page)
    {
        var options = new JsObject(engine);
        if (page.Continuation is { } continuation)
        {
            options.FastSetDataProperty("continuation", continuation);
        }

        return options;
    }

    public JsObject WriteOptions(DocumentResult result)
    {
        var options = new JsObject(engine);
        options.FastSetDataProperty("statusCode", result.Status);
        if (result.Document is { } document)
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
}
