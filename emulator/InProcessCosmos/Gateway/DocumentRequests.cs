using InProcessCosmos.Documents;
using InProcessCosmos.Execution;
using InProcessCosmos.Queries;

namespace InProcessCosmos.Gateway;

/// <summary><c>docs</c>, one at a time: create, upsert, read, replace and delete documents.</summary>
internal sealed class DocumentRequests(DocumentEngine engine, DocumentFeedRequests feeds)
{
    private const int MismatchedPartitionKey = 1001;

    public Task<GatewayResponse> HandleAsync(GatewayRequest request, ResourcePath path, Container container, CancellationToken cancellationToken)
    {
        CheckSupported(request);
        return (request.Method, path.IsFeed) switch
        {
            ("GET", true) => feeds.ReadAsync(request, container, cancellationToken),
            ("POST", true) when request.Says(CosmosHeaders.IsQuery) || request.Says(CosmosHeaders.IsQueryPlan) => feeds.QueryAsync(request, container, cancellationToken),
            ("POST", true) => AddAsync(request, container, request.Says(CosmosHeaders.IsUpsert), cancellationToken),
            ("GET", false) => ReadAsync(request, path, container, cancellationToken),
            ("PUT", false) => ReplaceAsync(request, path, container, cancellationToken),
            ("PATCH", false) => PatchAsync(request, path, container, cancellationToken),
            ("DELETE", false) => DeleteAsync(request, path, container, cancellationToken),
            _ => throw RejectedRequestException.NotSupported($"{request.Method} of documents is"),
        };
    }

    private static void CheckSupported(GatewayRequest request)
    {
        if (request.Header(CosmosHeaders.PreTrigger) is not null || request.Header(CosmosHeaders.PostTrigger) is not null)
        {
            throw RejectedRequestException.NotSupported("Triggers are");
        }

        if (request.Says(CosmosHeaders.BatchRequest))
        {
            throw RejectedRequestException.NotSupported("A batch of operations (transactional batch, bulk) is");
        }
    }

    private static IncomingDocument Parse(ReadOnlySpan<byte> body, PartitionAddress address)
    {
        var (document, rejection) = IncomingDocument.Parse(body, address.Container, makeId: false);
        if (document is null)
        {
            throw new RejectedRequestException(rejection.Status, rejection.Message!);
        }

        return document.PartitionKey.AsSpan().SequenceEqual(address.PartitionKey)
            ? document
            : throw new RejectedRequestException(
                DocumentResult.BadRequest,
                "PartitionKey extracted from document doesn't match the one specified in the header.",
                MismatchedPartitionKey);
    }

    private Task<GatewayResponse> AddAsync(GatewayRequest request, Container container, bool upsert, CancellationToken cancellationToken) => WriteAsync(
        request,
        container,
        (transaction, document) => upsert ? transaction.Upsert(document, request.Header(CosmosHeaders.IfMatch)) : transaction.Create(document),
        cancellationToken);

    private Task<GatewayResponse> ReplaceAsync(GatewayRequest request, ResourcePath path, Container container, CancellationToken cancellationToken) => WriteAsync(
        request,
        container,
        (transaction, document) => Named(transaction, path) is { } id
            ? transaction.Replace(id, document, request.Header(CosmosHeaders.IfMatch))
            : throw RejectedRequestException.NotFound(),
        cancellationToken);

    /// <summary>Writes the document that is the request's body.</summary>
    private Task<GatewayResponse> WriteAsync(
        GatewayRequest request, Container container, Func<PartitionTransaction, IncomingDocument, DocumentResult> write, CancellationToken cancellationToken)
    {
        var address = PartitionKeyHeader.Read(request, container);
        var document = Parse(request.Body.Span, address);
        return ChangeAsync(request, address, transaction => write(transaction, document), cancellationToken);
    }

    private Task<GatewayResponse> PatchAsync(GatewayRequest request, ResourcePath path, Container container, CancellationToken cancellationToken)
    {
        var address = PartitionKeyHeader.Read(request, container);
        var patch = DocumentPatch.Read(request);
        return ChangeAsync(
            request,
            address,
            transaction => Named(transaction, path) is { } id && transaction.Find(id) is { } document
                ? transaction.Replace(id, Parse(patch.Apply(container, document), address), request.Header(CosmosHeaders.IfMatch))
                : throw RejectedRequestException.NotFound(),
            cancellationToken);
    }

    private Task<GatewayResponse> DeleteAsync(GatewayRequest request, ResourcePath path, Container container, CancellationToken cancellationToken) =>
        ChangeAsync(
            request,
            PartitionKeyHeader.Read(request, container),
            transaction => Named(transaction, path) is { } id
                ? transaction.Delete(id, request.Header(CosmosHeaders.IfMatch))
                : throw RejectedRequestException.NotFound(),
            cancellationToken);

    private async Task<GatewayResponse> ReadAsync(GatewayRequest request, ResourcePath path, Container container, CancellationToken cancellationToken)
    {
        var document = await RunAsync(
            PartitionKeyHeader.Read(request, container),
            transaction => Named(transaction, path) is { } id ? transaction.Find(id) : null,
            cancellationToken) ?? throw RejectedRequestException.NotFound();
        var charge = RequestUnits.Read(document.Value.Length);
        return request.Knows(document.Etag)
            ? new GatewayResponse(DocumentResult.NotModified).WithEtag(document.Etag).Charge(charge)
            : new GatewayResponse(DocumentResult.Ok, DocumentJson.Of(container, document)).WithEtag(document.Etag).Charge(charge);
    }

    private async Task<GatewayResponse> ChangeAsync(
        GatewayRequest request, PartitionAddress address, Func<PartitionTransaction, DocumentResult> change, CancellationToken cancellationToken)
    {
        var result = await RunAsync(address, change, cancellationToken);
        if (result.Failed)
        {
            throw new RejectedRequestException(result.Status, result.Message!);
        }

        if (result.Document is not { } document)
        {
            return new GatewayResponse(result.Status).Charge(RequestUnits.Delete(0));
        }

        var minimal = string.Equals(request.Header(CosmosHeaders.Prefer), "return=minimal", StringComparison.OrdinalIgnoreCase);
        return new GatewayResponse(result.Status, minimal ? default : DocumentJson.Of(address.Container, document))
            .WithEtag(document.Etag)
            .Charge(result.Status == DocumentResult.Created ? RequestUnits.Create(document.Value.Length) : RequestUnits.Replace(document.Value.Length));
    }

    private async Task<T> RunAsync<T>(PartitionAddress address, Func<PartitionTransaction, T> operation, CancellationToken cancellationToken) =>
        await (engine.TryRun(new DocumentWorkItem<T>(address, operation, cancellationToken)) ?? throw RejectedRequestException.Busy());

    /// <summary>The id of the document that a path names, by its own name or by its resource id.</summary>
    private static string? Named(PartitionTransaction transaction, ResourcePath path) =>
        ResourceLinks.DocumentId(transaction.Address.Container, path.Text, resource => transaction.FindByResource(resource)?.Id)
        ?? path.Id;
}

/// <summary><c>docs</c>, many at a time: the documents of a logical partition, or those that a query names.</summary>
internal sealed class DocumentFeedRequests(DocumentEngine engine)
{
    private const string QueryContentType = "application/query+json";

    public Task<GatewayResponse> ReadAsync(GatewayRequest request, Container container, CancellationToken cancellationToken)
    {
        if (request.Header(CosmosHeaders.Incremental) is not null)
        {
            throw RejectedRequestException.NotSupported("The change feed is");
        }

        return HandleAsync(request, container, FeedQuery.WholePartition, cancellationToken);
    }

    public Task<GatewayResponse> QueryAsync(GatewayRequest request, Container container, CancellationToken cancellationToken)
    {
        if (request.Header(CosmosHeaders.ContentType)?.StartsWith(QueryContentType, StringComparison.OrdinalIgnoreCase) is not true)
        {
            throw RejectedRequestException.Malformed($"A query's content type must be {QueryContentType}.");
        }

        return request.Says(CosmosHeaders.IsQueryPlan)
            ? Task.FromResult(QueryPlanResponse.Of(request))
            : HandleAsync(request, container, QueryBody.Read(request), cancellationToken);
    }

    private async Task<GatewayResponse> HandleAsync(GatewayRequest request, Container container, FeedQuery query, CancellationToken cancellationToken)
    {
        var address = PartitionKeyHeader.Read(request, container);
        var continuation = request.Header(CosmosHeaders.Continuation);
        var pageSize = request.PageSize();
        var work = new DocumentWorkItem<FeedPage>(address, transaction => query.Read(transaction, pageSize, continuation), cancellationToken);
        var page = await (engine.TryRun(work) ?? throw RejectedRequestException.Busy());
        return FeedResponse.Of(
            ResourceLinks.ContainerResource(container),
            "Documents",
            [.. page.Items.Select(item => item.Json(container))],
            page.Continuation);
    }
}

/// <summary>A query as clients send it: <c>{"query": "…", "parameters": [{"name": "@x", "value": 1}]}</c>.</summary>
internal static class QueryBody
{
    public static FeedQuery Read(GatewayRequest request)
    {
        var body = Json.ReadObject(request.Body);
        var text = body.Text("query") ?? throw RejectedRequestException.Malformed("The query must be an object with the members query and parameters.");
        return FeedQuery.Parse(text, QueryParameters.Read(body));
    }
}
