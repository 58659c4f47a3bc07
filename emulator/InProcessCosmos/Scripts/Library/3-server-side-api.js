// getContext() and its objects, according to Microsoft's reference of the server-side API. A function of the collection validates its
// arguments immediately and returns whether the operation was accepted. The operation and its callback run after the current function
// of the script has returned, in the order of the calls. All objects are created for each run, so a script may change them.

const DEFAULT_PAGE_SIZE = 100, LARGEST_PAGE = 1000, MOST_LOG = 8 * 1024;
const BODY = 'body', LOGICAL_PARTITION_MB = 20 * 1024;
const NOT_ITSELF = {}; // equal to no other value

/** The running Call. */
let current = null;

const wholePartition = { kind: 'all' };
const plans = new Map(), MOST_PLANS = 256;

const collectionFunctions = {
    getSelfLink: function getSelfLink() { return environment.selfLink; },
    getAltLink: function getAltLink() { return environment.altLink; },

    readDocument: function readDocument(link, options, callback) {
        enough('readDocument', 1, arguments);
        const document = documentOf(link), call = operation(options, callback);
        return submit(call, function (transaction) {
            const id = idOf(transaction, document), result = id === undefined ? { error: failure(404, NO_DOCUMENT) } : transaction.read(id);
            if (!result.error && typeof call.options.ifNoneMatch === 'string' && call.options.ifNoneMatch === result.document.etag)
                return { resource: undefined, options: { notModified: true } };
            return answerOf(call, result);
        });
    },

    readDocuments: function readDocuments(link, options, callback) {
        enough('readDocuments', 1, arguments);
        inCollection(link);
        return submitFeed(operation(options, callback), wholePartition);
    },

    queryDocuments: function queryDocuments(link, filterQuery, options, callback) {
        enough('queryDocuments', 2, arguments);
        inCollection(link);
        if (typeof filterQuery !== 'string' && (typeof filterQuery !== 'object' || filterQuery === null))
            fail('The "filterQuery" parameter must be of type "string" or "object".');
        return submitFeed(operation(options, callback), queryOf(filterQuery));
    },

    createDocument: function createDocument(link, body, options, callback) {
        enough('createDocument', 2, arguments);
        inCollection(link);
        const call = operation(options, callback), document = serialized(body), given = optionsOf(call);
        return submit(call, function (transaction) { return answerOf(call, transaction.create(document, given)); });
    },

    upsertDocument: function upsertDocument(link, body, options, callback) {
        enough('upsertDocument', 2, arguments);
        inCollection(link);
        const call = operation(options, callback), document = serialized(body), given = optionsOf(call);
        return submit(call, function (transaction) { return answerOf(call, transaction.upsert(document, given)); });
    },

    replaceDocument: function replaceDocument(link, body, options, callback) {
        enough('replaceDocument', 2, arguments);
        const replaced = documentOf(link), call = operation(options, callback), document = serialized(body), given = optionsOf(call);
        return submit(call, function (transaction) {
            const id = idOf(transaction, replaced);
            return answerOf(call, id === undefined ? { error: failure(404, NO_DOCUMENT) } : transaction.replace(id, document, given));
        });
    },

    deleteDocument: function deleteDocument(link, options, callback) {
        enough('deleteDocument', 1, arguments);
        const document = documentOf(link), call = operation(options, callback), given = optionsOf(call);
        return submit(call, function (transaction) {
            const id = idOf(transaction, document);
            const result = id === undefined ? { error: failure(404, NO_DOCUMENT) } : transaction.remove(id, given);

            // A delete has no resource: the callback gets the options instead.
            return result.error ? result : { resource: optionsFor({ statusCode: 204 }), options: undefined };
        });
    }
};

addQueryFunctions(collectionFunctions);

const responseFunctions = {
    setBody: function setBody(body) { current.setBody(body); },
    getBody: function getBody() { return current.body; },
    appendBody: function appendBody(more) { current.setBody(appended(current.body, more)); },
    getValue: function getValue(name) { return isBody(name) ? current.body : undefined; },
    setValue: function setValue(name, value) { onlyBody(name); current.setBody(value); },
    appendValue: function appendValue(name, more) { onlyBody(name); current.setBody(appended(current.body, more)); },
    getMaxResourceQuota: function getMaxResourceQuota() { onlyIn('getMaxResourceQuota', 'post-triggers'); },
    getResourceQuotaCurrentUsage: function getResourceQuotaCurrentUsage() { onlyIn('getResourceQuotaCurrentUsage', 'post-triggers'); }
};

const requestFunctions = {
    getBody: function getBody() { return current.given(); },
    getValue: function getValue(name) { return isBody(name) ? current.given() : ask('header', current.index, String(name)) || undefined; },
    setBody: function setBody() { onlyIn('setBody', 'pre-triggers'); },
    setValue: function setValue() { onlyIn('setValue', 'pre-triggers'); },
    getOperationType: function getOperationType() { onlyIn('getOperationType', 'triggers'); }
};

const contextFunctions = {
    getCollection: function getCollection() { return current.parts.collection; },
    getRequest: function getRequest() { return current.parts.request; },
    getResponse: function getResponse() { return current.parts.response; },
    abort: abort
};

const makeContext = maker(contextFunctions), makeCollection = maker(collectionFunctions);
const makeRequest = maker(requestFunctions), makeResponse = maker(responseFunctions);

/** Returns a factory of objects with these functions: as copies, unless the script certainly does not change prototypes. */
function maker(functions) {
    if (!environment.leavesPrototypesAlone) return function () { return Object.assign({}, functions); };
    const Made = function () { };
    Made.prototype = functions;
    return function () { return new Made(); };
}

global.getContext = function getContext() { return current.context(); };
global.console = {
    log: function log(format) {
        if (current.log !== null && current.log.length < MOST_LOG)
            current.log = (current.log + formatted(format, Array.from(arguments).slice(1))).slice(0, MOST_LOG);
    }
};
Object.defineProperty(global, '__', { configurable: true, get: function () { return current.shortcut(); } });

/** One run of the procedure. */
class Call {
    constructor(index, partition, given, isLogged) {
        this.index = index;
        this.json = given;
        this.isLast = --partition.waiting === 0; // call of its partition in this batch
        this.transaction = new Transaction(partition);
        this.body = '';
        this.log = isLogged ? '' : null;
        this.pending = [];
        this.next = 0;
        this.operations = 0;
        this.began = elapsedClock();
        this.parts = null;
    }

    /** The arguments, as a new object each time. */
    given() { return parseJson(this.json); }

    context() { return (this.parts || this.make()).context; }

    shortcut() {
        const parts = this.parts || this.make();
        return parts.shortcut || (parts.shortcut = Object.assign(Object.create(parts.collection), { request: parts.request, response: parts.response }));
    }

    make() {
        return this.parts = { context: makeContext(), collection: makeCollection(), request: makeRequest(), response: makeResponse(), shortcut: null };
    }

    setBody(body) {
        if (!isSmall(body, environment.mostBodyBytes) && isTooLarge(body)) throw failure(413, TOO_LARGE);
        this.body = body;
    }

    /** Runs the next accepted operation and its callback. Returns false if there is none. */
    runNext() {
        if (this.next === this.pending.length) return false;
        const { call, run } = this.pending[this.next];
        this.pending[this.next++] = null;
        let answer;
        try {
            answer = run(this.transaction);
        } catch (thrown) {
            answer = { error: thrown };
        }
        if (call.callback === undefined) {
            if (answer.error) throw answer.error;
        } else if (answer.error) call.callback(answer.error, undefined, undefined);
        else call.callback(undefined, answer.resource, answer.options);
        return true;
    }
}

const TOO_LARGE = 'The response is larger than ' + environment.mostBodyBytes + ' bytes.';

/** Whether a value certainly serializes to fewer bytes than a given number, by an estimate. */
function isSmall(value, bytes) {
    let left = bytes;
    return fits(value, 8) && left > 0;

    function fits(value, depth) {
        if (typeof value === 'string') left -= value.length * 6 + 2;
        else if (typeof value !== 'object' || value === null) left -= 32;
        else if (depth === 0 || typeof value.toJSON === 'function') return false;
        else if (Array.isArray(value)) {
            for (let i = 0; i < value.length && left > 0; i++) if (!fits(value[i], depth - 1)) return false;
        } else {
            for (const name in value) {
                left -= name.length * 6 + 4;
                if (left <= 0 || !fits(value[name], depth - 1)) return false;
            }
        }
        return left > 0;
    }
}

function isTooLarge(value) {
    let json;
    try {
        json = writeJson(value);
    } catch (thrown) {
        return false; // The error is thrown when the body is serialized.
    }
    return json !== undefined && utf8Length(json, environment.mostBodyBytes) > environment.mostBodyBytes;
}

function abort(reason) {
    // The engine aborts the run, so that no catch clause or promise of the script can intercept it.
    ask('abort', current.index, frameOf(failed(current, reason)));
    for (;;);
}

/** Like `+`: numbers are added, other values are concatenated as text. */
function appended(body, more) {
    return body === undefined || body === null ? more
        : typeof body === 'number' && typeof more === 'number' ? body + more
        : textOf(body) + textOf(more);
}

function textOf(value) {
    return typeof value === 'object' && value !== null ? writeJson(value) : String(value);
}

function isBody(name) {
    return String(name).toLowerCase() === BODY;
}

function onlyBody(name) {
    if (!isBody(name)) fail('Cannot set new values: ' + String(name));
}

function onlyIn(name, kind) {
    fail('The function "' + name + '" is for ' + kind + ', which are not supported; it is not for stored procedures.');
}

/** Formats a message: `%s` is replaced by the next argument, `%%` by a percent sign. */
function formatted(format, given) {
    let next = 0;
    return given.length === 0 ? String(format) : String(format).replace(/%[%s]/g, function (mark) { return mark === '%%' ? '%' : String(given[next++]); });
}

// ---- Arguments

function enough(name, least, given) {
    if (given.length < least) fail('The function "' + name + '" requires at least ' + least + ' argument(s) but was called with ' + given.length + ' argument(s).');
}

/** The last arguments of every function of the collection: options and a callback, both optional. */
function operation(options, callback) {
    if (typeof options === 'function' && callback === undefined) return { options: {}, callback: options };
    if (options !== undefined && (typeof options !== 'object' || options === null)) wrongType('options', 'object', options);
    if (callback !== undefined && typeof callback !== 'function') wrongType('callback', 'function', callback);
    return { options: options || {}, callback: callback };
}

function wrongType(name, expected, value) {
    fail('The "' + name + '" parameter must be of type "' + expected + '". Actual type is: "' + typeOf(value) + '".');
}

/** The continuation token in the options; undefined for the first page. */
function continuationOf(options) {
    return typeof options.continuation === 'string' ? options.continuation : undefined;
}

/** The options of a write, copied when it is called. */
function optionsOf(call) {
    return { etag: call.options.etag, disableAutomaticIdGeneration: call.options.disableAutomaticIdGeneration === true };
}

function submit(call, run) {
    if (current.operations >= environment.mostOperations || elapsedClock() - current.began >= environment.acceptedMs) return false;
    current.operations++;
    current.pending.push({ call: call, run: run });
    return true;
}

function submitFeed(call, query) {
    const given = call.options.pageSize, continuation = continuationOf(call.options);
    const size = typeof given !== 'number' ? DEFAULT_PAGE_SIZE : given >= 1 ? Math.min(Math.floor(given), LARGEST_PAGE) : LARGEST_PAGE;
    return submit(call, function (transaction) {
        if (query.kind === 'error') throw failure(400, query.message);
        const page = query.kind === 'all' || query.kind === 'key' && query.value === transaction.partition.key
            ? transaction.page(size, continuation)
            : transaction.query(query, size, continuation);
        return { resource: page.items, options: optionsFor(page.continuation === undefined ? {} : { continuation: page.continuation }) };
    });
}

/** Queues a read of all documents for a function, which returns a page and its options. */
function readAll(evaluate, options, callback) {
    return submit(operation(options, callback), function (transaction) {
        const result = evaluate(transaction.all().map(resourceOf));
        return { resource: result[0], options: optionsFor(result[1]) };
    });
}

/** Most callbacks of writes only check for an error, and creating the object of a document costs more than writing it. */
function answerOf(call, result) {
    if (result.error) return result;
    if (call.callback === undefined || call.callback.length < 2 && environment.readsParametersOnly) return { resource: undefined, options: undefined };
    return { resource: resourceOf(result.document), options: optionsFor({ statusCode: result.status, etag: result.document.etag }) };
}

function optionsFor(options) {
    options.currentCollectionSizeInMB = 0;
    options.maxCollectionSizeInMB = LOGICAL_PARTITION_MB;
    return options;
}

// ---- Queries: text, or an object with the members `query` and `parameters`

function queryOf(given) {
    const text = typeof given === 'string' ? given : given.query;
    if (typeof text !== 'string') return { kind: 'error', message: 'The query must be a string, or an object with the members query and parameters.' };
    const parameters = typeof given === 'object' && Array.isArray(given.parameters) ? given.parameters : [], plan = planOf(text);
    if (plan.kind === 'parameter') {
        for (const parameter of parameters)
            if (parameter && parameter.name === plan.name && isPlain(parameter.value)) return parameter.value === current.transaction.partition.key ? wholePartition : { kind: 'key', value: parameter.value, query: text, parameters: copied(parameters) };
    }
    return plan.kind === 'all' || plan.kind === 'error' ? plan : { kind: plan.kind, value: plan.kind === 'key' ? plan.value : NOT_ITSELF, query: text, parameters: copied(parameters) };
}

/** The plan of a query: whether the library can evaluate it without the engine. */
function planOf(text) {
    let plan = plans.get(text);
    if (plan === undefined) {
        if (plans.size >= MOST_PLANS) plans.clear();
        plans.set(text, plan = parseJson(ask('plan', 0, text)));
    }
    return plan;
}

/** A copy of the parameters, which the script may change before the query runs. */
function copied(parameters) {
    return parameters.map(function (parameter) {
        return parameter && { name: parameter.name, value: isPlain(parameter.value) ? parameter.value : parseJson(writeJson(parameter.value)) };
    });
}

// ---- Links, by names or by resource IDs

function inCollection(link) {
    if (link !== environment.selfLink && link !== environment.altLink && !leadsHere(trimmed(String(link)))) outside(link);
}

function leadsHere(trimmedLink) {
    return trimmedLink === trimmed(environment.selfLink) || trimmedLink === environment.altLink;
}

function documentOf(link) {
    if (typeof link === 'string') {
        if (link.startsWith(altDocuments) && link.length > altDocuments.length && link.indexOf('/', altDocuments.length) < 0) return { resource: null, id: link.slice(altDocuments.length) };
        if (link.startsWith(selfDocuments) && link.length === selfDocuments.length + RESOURCE_LENGTH + 1 && link.endsWith('/')) return { resource: link.slice(selfDocuments.length, -1), id: null };
        const parts = trimmed(link).split('/');
        if (parts.length === 6 && parts[0] === 'dbs' && parts[2] === 'colls' && parts[4] === 'docs') {
            const owner = parts.slice(0, 4).join('/');
            if (!leadsHere(owner)) outside(link);
            return owner === trimmed(environment.selfLink) && /^[\w+-]{22}==$/.test(parts[5]) ? { resource: parts[5], id: null } : { resource: null, id: parts[5] };
        }
    }
    fail('Invalid document link: "' + String(link) + '".');
}

const selfDocuments = environment.selfLink + 'docs/', altDocuments = environment.altLink + '/docs/';

function idOf(transaction, document) {
    return document.id === null ? transaction.idOf(document.resource) : document.id;
}

function trimmed(link) {
    return link.replace(/^\/+|\/+$/g, '');
}

function outside(link) {
    fail('Function is not allowed to operate on resources outside current collection. Make sure that the link provided, "' + String(link) + '", belongs to current collection.');
}
