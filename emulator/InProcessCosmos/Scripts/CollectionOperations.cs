using System.Buffers;
using System.Text;
using InProcessCosmos.Documents;
using InProcessCosmos.Queries;
using Jint;
using Jint.Native;
using Jint.Native.Json;
using Jint.Runtime;

namespace InProcessCosmos.Scripts;

/// <summary>
/// The collection's functions, as <c>getContext().getCollection()</c> has them. A call says whether it was accepted and
/// returns; the operation and its callback run when the script's current function has returned, in the order of the calls.
/// </summary>
/// <param name="engine">The script engine.</param>
/// <param name="budget">What a run may use.</param>
/// <param name="readsArguments">Whether the script may look at <c>arguments</c>, and so at more than its functions' parameters.</param>
internal sealed class CollectionOperations(Engine engine, ScriptBudget budget, bool readsArguments)
{
    private readonly Queue<(Func<OperationAnswer> Run, JsValue Callback)> pending = new();
    private readonly JsonSerializer serializer = new(engine);
    private readonly DocumentObjects documents = new(engine);
    private PartitionTransaction? transaction;

    private PartitionTransaction Transaction => transaction ?? throw Refusal("The collection is used outside a run.");

    public void Begin(PartitionTransaction running) => transaction = running;

    public void End()
    {
        transaction = null;
        pending.Clear();
    }

    /// <summary>Runs the next operation that was accepted, and its callback. False where there is none.</summary>
    public bool RunNextOperation()
    {
        if (!pending.TryDequeue(out var operation))
        {
            return false;
        }

        var answer = operation.Run();
        if (operation.Callback.IsUndefined())
        {
            if (answer.Error is { } error)
            {
                throw new JavaScriptException(error);
            }
        }
        else
        {
            engine.Call(operation.Callback, answer.Error ?? JsValue.Undefined, answer.Resource, answer.Options);
        }

        return true;
    }

    public IEnumerable<(string Name, int Length, Func<JsValue[], JsValue> Body)> Functions() =>
    [
        ("getSelfLink", 0, _ => ResourceLinks.Self(Transaction.Address.Container)),
        ("getAltLink", 0, _ => ResourceLinks.Alt(Transaction.Address.Container)),
        Function("readDocument", 3, least: 1, ReadDocument),
        Function("readDocuments", 3, least: 1, ReadDocuments),
        Function("queryDocuments", 4, least: 2, QueryDocuments),
        Function("createDocument", 4, least: 2, arguments => Write(arguments, (document, _) => Transaction.Create(document))),
        Function("upsertDocument", 4, least: 2, arguments => Write(arguments, (document, etag) => Transaction.Upsert(document, etag))),
        Function("replaceDocument", 4, least: 2, ReplaceDocument),
        Function("deleteDocument", 3, least: 1, DeleteDocument),
    ];

    /// <summary>Queues a read of the whole partition for a query that is a function: it gets the documents and returns a page and its options.</summary>
    public JsValue ReadAll(JsValue[] arguments)
    {
        var evaluate = arguments.At(0);
        var call = OperationCall.Read(engine, arguments, first: 1);
        return Submit(call, () =>
        {
            var page = FeedQuery.WholePartition.Read(Transaction, int.MaxValue, continuation: null);
            try
            {
                var result = engine.Call(evaluate, documents.Array(page)).AsArray();
                return new(null, result[0], result[1]);
            }
            catch (JavaScriptException thrown)
            {
                return new(thrown.Error, JsValue.Undefined, JsValue.Undefined);
            }
        });
    }

    /// <summary>Ends a call of a function that is documented and not supported here.</summary>
    public JsValue Refuse(JsValue[] arguments) => throw Refusal($"The function \"{arguments.At(0)}\" is not supported by this engine.");

    private JsBoolean ReadDocument(JsValue[] arguments)
    {
        var link = DocumentLink(arguments);
        var call = OperationCall.Read(engine, arguments, first: 1);
        var known = call.Text("ifNoneMatch");
        return Submit(call, () =>
        {
            var result = Find(link) is { } id ? Transaction.Read(id) : NotFound;
            return known is not null && result.Document is { } document && known == PartitionTransaction.EtagText(document.Etag)
                ? new(null, JsValue.Undefined, documents.NotModified())
                : Answer(call, result);
        });
    }

    private JsBoolean ReadDocuments(JsValue[] arguments)
    {
        CheckCollection(arguments);
        return Feed(OperationCall.Read(engine, arguments, first: 1), FeedQuery.WholePartition);
    }

    private JsBoolean QueryDocuments(JsValue[] arguments)
    {
        CheckCollection(arguments);
        if (!arguments[1].IsString() && !arguments[1].IsObject())
        {
            throw Refusal("The \"filterQuery\" parameter must be of type \"string\" or \"object\".");
        }

        var call = OperationCall.Read(engine, arguments, first: 2);
        try
        {
            return Feed(call, ScriptQuery.Read(engine, arguments[1]));
        }
        catch (FeedQueryException flaw)
        {
            return Submit(call, () => Refused(flaw));
        }
    }

    private JsBoolean Feed(OperationCall call, FeedQuery query)
    {
        var pageSize = call.PageSize;
        var continuation = call.Text("continuation");
        return Submit(call, () =>
        {
            try
            {
                var page = query.Read(Transaction, pageSize, continuation);
                return new(null, documents.Array(page), documents.FeedOptions(page));
            }
            catch (FeedQueryException flaw)
            {
                return Refused(flaw);
            }
        });
    }

    private OperationAnswer Refused(FeedQueryException flaw) =>
        new(engine.Error(DocumentResult.BadRequest, flaw.Message), JsValue.Undefined, JsValue.Undefined);

    private JsBoolean Write(JsValue[] arguments, Func<IncomingDocument, string?, DocumentResult> write)
    {
        CheckCollection(arguments);
        var call = OperationCall.Read(engine, arguments, first: 2);
        var body = Serialize(arguments.At(1));
        var etag = call.Text("etag");
        return Submit(call, () =>
        {
            var (document, refusal) = IncomingDocument.Parse(body, Transaction.Address.Container, makeId: !call.Flag("disableAutomaticIdGeneration"));
            return Answer(call, document is null ? refusal : write(document, etag));
        });
    }

    private JsBoolean ReplaceDocument(JsValue[] arguments)
    {
        var link = DocumentLink(arguments);
        var call = OperationCall.Read(engine, arguments, first: 2);
        var body = Serialize(arguments.At(1));
        var etag = call.Text("etag");
        return Submit(call, () =>
        {
            if (Find(link) is not { } id)
            {
                return Answer(call, NotFound);
            }

            var (document, refusal) = IncomingDocument.Parse(body, Transaction.Address.Container, makeId: false);
            return Answer(call, document is null ? refusal : Transaction.Replace(id, document, etag));
        });
    }

    private JsBoolean DeleteDocument(JsValue[] arguments)
    {
        var link = DocumentLink(arguments);
        var call = OperationCall.Read(engine, arguments, first: 1);
        var etag = call.Text("etag");
        return Submit(call, () =>
        {
            var result = Find(link) is { } id ? Transaction.Delete(id, etag) : NotFound;

            // There is no resource: the options come in its place.
            return result.Failed || !Wants(call) ? Answer(call, result) : new(null, documents.WriteOptions(result), JsValue.Undefined);
        });
    }

    private static DocumentResult NotFound =>
        DocumentResult.Failure(DocumentResult.NotFound, "Resource Not Found: the link leads to no document.");

    private JsBoolean Submit(OperationCall call, Func<OperationAnswer> operation)
    {
        if (!budget.TryAcceptOperation())
        {
            return JsBoolean.False;
        }

        pending.Enqueue((operation, call.Callback));
        return JsBoolean.True;
    }

    private OperationAnswer Answer(OperationCall call, DocumentResult result)
    {
        if (result.Failed)
        {
            return new(engine.Error(result.Status, result.Message!), JsValue.Undefined, JsValue.Undefined);
        }

        return Wants(call) && result.Document is { } document
            ? new(null, documents.Object(document, Transaction.Address.Container), documents.WriteOptions(result))
            : new(null, JsValue.Undefined, JsValue.Undefined);
    }

    /// <summary>Most scripts ask a write only whether it failed. To make an object of the document costs more than to write it.</summary>
    private bool Wants(OperationCall call) => call.WantsResource || readsArguments;

    private byte[] Serialize(JsValue body)
    {
        if (body is JsString text)
        {
            return Encoding.UTF8.GetBytes(text.ToString());
        }

        if (!body.IsObject())
        {
            throw Refusal("The document body must be an object or a string representing a JSON-serialized object.");
        }

        var buffer = new ArrayBufferWriter<byte>(512);
        serializer.Serialize(body, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private (string, int, Func<JsValue[], JsValue>) Function(string name, int length, int least, Func<JsValue[], JsValue> body) => (
        name,
        length,
        arguments => arguments.Length >= least
            ? body(arguments)
            : throw Refusal($"The function \"{name}\" requires at least {least} argument(s) but was called with {arguments.Length} argument(s)."));

    private void CheckCollection(JsValue[] arguments)
    {
        var link = arguments[0].ToString();
        if (!ResourceLinks.LeadsTo(Transaction.Address.Container, link))
        {
            throw OutsideCollection(link);
        }
    }

    private string DocumentLink(JsValue[] arguments)
    {
        var link = arguments[0].ToString();
        return arguments[0].IsString() && link.Trim('/').Split('/') is ["dbs", _, "colls", _, "docs", _] parts
            ? ResourceLinks.LeadsTo(Transaction.Address.Container, string.Join('/', parts[..4])) ? link : throw OutsideCollection(link)
            : throw Refusal($"Invalid document link: \"{link}\".");
    }

    private JavaScriptException OutsideCollection(string link) => Refusal(
        $"Function is not allowed to operate on resources outside current collection. Make sure that the link provided, \"{link}\", belongs to current collection.");

    /// <summary>The id of the document that a link leads to; null where it leads to none of this partition's.</summary>
    private string? Find(string link) =>
        ResourceLinks.DocumentId(Transaction.Address.Container, link, resource => Transaction.FindByResource(resource)?.Id);

    private JavaScriptException Refusal(string message) => new(engine.Error(DocumentResult.BadRequest, message));
}
