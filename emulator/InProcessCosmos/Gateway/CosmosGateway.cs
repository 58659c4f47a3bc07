using System.Globalization;
using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.Execution;
using InProcessCosmos.Queries;
using Microsoft.Extensions.Logging;

namespace InProcessCosmos.Gateway;

/// <summary>
/// The part of Cosmos DB's REST surface that its SDKs use in gateway mode, over the embedded engine. What it does not
/// support, it rejects by name.
/// </summary>
internal sealed partial class CosmosGateway
{
    /// <summary>More than a document of 2 MB and what belongs to it.</summary>
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    private const string RetryAfterFull = "100";
    private const int RecreatedContainer = 1024;

    private readonly MasterKey key;
    private readonly DocumentEngine engine;
    private readonly ILogger logger;
    private readonly CatalogPaths paths;
    private readonly DatabaseRequests databases;
    private readonly ContainerRequests containers;
    private readonly ProcedureRequests procedures;
    private readonly DocumentRequests documents;

    public CosmosGateway(DocumentEngine engine, MasterKey key, ILogger logger)
    {
        this.key = key;
        this.engine = engine;
        this.logger = logger;
        paths = new(engine.Catalog);
        databases = new(engine.Catalog, paths, engine.Clock);
        containers = new(engine.Catalog, paths, engine.Clock);
        procedures = new(engine, paths);
        documents = new(engine, new(engine));
    }

    public async Task<GatewayResponse> HandleAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        var path = ResourcePath.Parse(request.Target);
        GatewayResponse response;
        try
        {
            CheckSupported(request, path);
            key.Check(request, path);
            response = await RouteAsync(request, path, cancellationToken);
        }
        catch (RejectedRequestException rejection)
        {
            response = ErrorResponse.Of(rejection.Status, rejection.SubStatus, rejection.Message, request.ActivityId);
            if (rejection.Status == RejectedRequestException.TooManyRequests)
            {
                response.With(CosmosHeaders.RetryAfter, RetryAfterFull);
            }
        }
        catch (FeedQueryException error)
        {
            response = ErrorResponse.Of(DocumentResult.BadRequest, 0, error.Message, request.ActivityId);
        }
        catch (StorageUnavailableException unavailable)
        {
            response = ErrorResponse.Of(503, 0, $"{unavailable.Explain()} Nothing was written.", request.ActivityId);
        }
#pragma warning disable CA1031 // Any failure of one request is reported in its response; the others continue.
        catch (Exception bug) when (bug is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogBug(bug, request.Method, path.Shape);
            response = ErrorResponse.Of(500, 0, "The gateway failed; its log says more.", request.ActivityId);
        }

        return (response.Has(CosmosHeaders.RequestCharge) ? response : response.Charge(RequestUnits.Read(response.Body.Length)))
            .With(CosmosHeaders.ActivityId, request.ActivityId)
            .With(CosmosHeaders.ContentType, response.Body.IsEmpty ? null : "application/json");
    }

    /// <summary>How an operation that is not known here is signed is not known either: it is rejected by its name first.</summary>
    private static void CheckSupported(GatewayRequest request, ResourcePath path)
    {
        if (path.Shape is not ("" or "dbs" or "dbs/colls" or "offers" or "dbs/colls/docs" or "dbs/colls/sprocs" or "dbs/colls/pkranges")
            && request.Header(CosmosHeaders.Authorization) is not null)
        {
            var operation = path is { Kind: "operations", IsFeed: false } ? $"/{path.Id}" : "";
            throw RejectedRequestException.NotSupported($"{request.Method} of /{path.Shape}{operation} is");
        }
    }

    private async Task<GatewayResponse> RouteAsync(GatewayRequest request, ResourcePath path, CancellationToken cancellationToken) =>
        (request.Method, path.Shape) switch
        {
            ("GET", "") => AccountResponse.Of(request.Endpoint),
            (_, "dbs") => databases.Handle(request, path),
            (_, "dbs/colls") => containers.Handle(request, path),
            (_, "offers") => OfferResponse.Of(request, path),
            (_, "dbs/colls/docs" or "dbs/colls/sprocs" or "dbs/colls/pkranges") => await InContainerAsync(request, path, cancellationToken),
            var (method, shape) => throw RejectedRequestException.NotSupported($"{method} of /{shape} is"),
        };

    private async Task<GatewayResponse> InContainerAsync(GatewayRequest request, ResourcePath path, CancellationToken cancellationToken)
    {
        var container = paths.Container(path);
        if (request.Header(CosmosHeaders.ExpectedContainer) is { } expected && expected != ResourceLinks.ContainerResource(container))
        {
            throw new RejectedRequestException(
                DocumentResult.BadRequest, "The container was deleted and made again: its resource id is another.", RecreatedContainer);
        }

        var response = (request.Method, path.Kind) switch
        {
            (_, "docs") => await documents.HandleAsync(request, path, container, cancellationToken),
            (_, "sprocs") => await procedures.HandleAsync(request, path, container, cancellationToken),
            ("GET", "pkranges") when path.IsFeed => PartitionKeyRanges.Of(request, container),
            _ => throw RejectedRequestException.NotSupported($"{request.Method} of a partition key range is"),
        };
        return response
            .With(CosmosHeaders.Container, ResourceLinks.Alt(container))
            .With(CosmosHeaders.ContainerResource, ResourceLinks.ContainerResource(container))
            .With(CosmosHeaders.SessionToken, string.Create(CultureInfo.InvariantCulture, $"0:-1#{engine.Clock.Now()}"));
    }

    [LoggerMessage(30, LogLevel.Error, "The Cosmos DB gateway failed at {Method} of /{Shape}")]
    private partial void LogBug(Exception bug, string method, string shape);
}
