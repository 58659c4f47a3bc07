// The documents of a batch's partitions. A call's writes are visible to later calls of the batch once it has succeeded. Operations
// return `{ error }` or `{ status, document }`.

const MOST_BYTES = environment.mostDocumentBytes, MOST_ID_BYTES = environment.mostIdBytes, MOST_NESTING = environment.mostNesting;
const NO_DOCUMENT = 'Resource Not Found: entity with the specified id does not exist in the system.';
const NEVER = -1, RESOURCE_LENGTH = 24;
const [READ, CREATED, REPLACED, DELETED, QUERIED] = [0, 1, 2, 3, 4];

// New etags and resource IDs: a random prefix from the engine for each batch, and a counter.
const HEX = '0123456789abcdef', BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-';
let etagHead = '', resourceHead = '', stamp = 0;

function newEtag() {
    stamp = (stamp + 1) % 0x10000000;
    return etagHead + (stamp + 0x10000000).toString(16).slice(1) + '"';
}

function newResource() {
    stamp = (stamp + 1) % 0x10000000;
    return resourceHead + BASE64[stamp >> 12 & 63] + BASE64[stamp >> 6 & 63] + BASE64[stamp & 63] + 'AA==';
}

class Partition {
    constructor(index, key, isComplete) {
        this.index = index;
        this.key = key;
        this.isComplete = isComplete;
        this.isOrdered = true;
        this.documents = new Map(); // by ID; null if known not to exist
        this.order = null; // existing documents in the order of their IDs' bytes, created on demand
        this.waiting = 0; // calls of this batch that have not run
        this.resources = null; // IDs by resource ID, created on demand
        this.written = null; // the IDs that calls of this batch have written
    }

    /** Adds the engine's version of a document, unless a newer one is known. */
    add(document) {
        if (this.documents.has(document.id)) return;
        if (!this.isComplete && this.documents.size > 0) this.isOrdered = false;
        this.put(document.id, document);
    }

    put(id, document) {
        if (this.isOrdered && this.documents.size > 0 && !this.documents.has(id)) this.isOrdered = false;
        this.documents.set(id, document);
        if (this.order !== null) this.place(id, document);
        if (this.resources !== null && document !== null) this.resources.set(document.resource, id);
    }

    place(id, document) {
        const order = this.order;
        let low = 0, high = order.length;
        while (low < high) {
            const middle = low + high >> 1;
            if (compareBytes(order[middle].id, id) < 0) low = middle + 1;
            else high = middle;
        }
        const isThere = low < order.length && order[low].id === id;
        if (isThere && document !== null) order[low] = document;
        else if (isThere) order.splice(low, 1);
        else if (document !== null) order.splice(low, 0, document);
    }

    /** All documents, in the order of their IDs' bytes. */
    all() {
        this.readAll();
        if (this.order === null) {
            this.order = Array.from(this.documents.values()).filter(function (document) { return document !== null; });
            if (!this.isOrdered) this.order.sort(byId);
        }
        return this.order;
    }

    read(id) {
        const known = this.documents.get(id);
        if (known !== undefined || this.isComplete) return known || null;
        const frame = ask('read', this.index, id);
        if (frame) new Frame(frame).documents(this);
        else this.documents.set(id, null);
        return this.documents.get(id);
    }

    readAll() {
        if (this.isComplete) return;
        const loaded = new Partition(this.index, this.key, true), earlier = this.documents;
        new Frame(ask('all', this.index, '')).documents(loaded);
        this.documents = loaded.documents;
        this.resources = this.order = null;
        this.isComplete = true;
        this.isOrdered = true;
        for (const [id, document] of earlier) this.put(id, document);
    }

    idOf(resource) {
        if (this.resources === null) {
            if (this.documents.size <= 8) {
                for (const document of this.documents.values())
                    if (document !== null && document.resource === resource) return document.id;
            } else {
                this.resources = new Map();
                for (const document of this.documents.values())
                    if (document !== null) this.resources.set(document.resource, document.id);
            }
        }
        return this.resources === null ? undefined : this.resources.get(resource);
    }
}

/** One call's transaction. */
class Transaction {
    constructor(partition) {
        this.partition = partition;
        this.written = null; // by ID; null if deleted
        this.charges = []; // kinds and lengths, alternating
    }

    /** Makes this call's writes visible to later calls. */
    commit() {
        const partition = this.partition;
        if (this.written === null) return;
        if (partition.written === null) partition.written = new Set();
        for (const [id, document] of this.written) {
            partition.put(id, document);
            partition.written.add(id);
        }
    }

    find(id) {
        let document = this.written === null ? undefined : this.written.get(id);
        if (document === undefined) document = this.partition.read(id);
        return document === null || hasExpired(document) ? null : document;
    }

    /** The ID of the document with a resource ID; undefined if there is none. */
    idOf(resource) {
        let id = this.partition.idOf(resource);
        if (id === undefined && this.written !== null) {
            for (const document of this.written.values())
                if (document !== null && document.resource === resource) return document.id;
        }
        if (id === undefined && !this.partition.isComplete) {
            this.partition.readAll();
            id = this.partition.idOf(resource);
        }
        const document = id === undefined ? null : this.find(id);
        return document !== null && document.resource === resource ? id : undefined;
    }

    /** All documents, in the order of their IDs' bytes. */
    all() {
        const documents = [], now = time();
        let isOrdered = true, length = 0;
        for (const stored of this.partition.all()) {
            const own = this.written === null ? undefined : this.written.get(stored.id), document = own === undefined ? stored : own;
            if (document !== null && (document.expires === NEVER || document.expires > now)) documents.push(document);
        }
        if (this.written !== null) {
            for (const [id, document] of this.written) {
                if (document === null || this.partition.documents.get(id) || hasExpired(document)) continue;
                documents.push(document);
                isOrdered = false;
            }
        }
        if (!isOrdered) documents.sort(byId);
        for (const document of documents) length += document.json.length;
        this.charge(QUERIED, length);
        return documents;
    }

    /** A page of all documents. */
    page(size, continuation) {
        const documents = this.all(), position = readPosition(continuation);
        let start = 0;
        if (position.after !== null) while (start < documents.length && compareBytes(documents[start].id, position.after) <= 0) start++;
        const end = Math.min(documents.length, start + size), items = [];
        for (let i = start; i < end; i++) items.push(resourceOf(documents[i]));
        return {
            items: items,
            continuation: end < documents.length ? tokenOf(position.given + end - start, documents[end - 1].id) : undefined
        };
    }

    /** The result of a query that does not select all documents. The engine evaluates it, including the writes that it does not have yet. */
    query(query, size, continuation) {
        const partition = this.partition, unknown = new Map();
        if (partition.written !== null) for (const id of partition.written) unknown.set(id, partition.documents.get(id));
        if (this.written !== null) for (const [id, document] of this.written) unknown.set(id, document);
        const page = parseJson(ask('query', partition.index, writeJson({
            query: query.query, parameters: query.parameters, size: size, continuation: continuation, written: Array.from(unknown)
        })));
        if (page.error !== undefined) throw failure(400, page.error);
        this.charge(QUERIED, page.length);
        return page;
    }

    create(body, options) {
        const document = incoming(body, this.partition.key, !options.disableAutomaticIdGeneration);
        if (document.error) return document;
        return this.find(document.id) === null
            ? this.write(201, document, null)
            : { error: failure(409, 'Entity with the specified id already exists in the system.') };
    }

    upsert(body, options) {
        const document = incoming(body, this.partition.key, !options.disableAutomaticIdGeneration);
        if (document.error) return document;
        const before = this.find(document.id);
        return before === null ? this.write(201, document, null)
            : matches(options.etag, before) ? this.write(200, document, before)
            : { error: preconditionFailed() };
    }

    replace(id, body, options) {
        const document = incoming(body, this.partition.key, false);
        if (document.error) return document;
        const before = this.find(id);
        return before === null ? { error: failure(404, NO_DOCUMENT) }
            : !matches(options.etag, before) ? { error: preconditionFailed() }
            : document.id !== id ? { error: failure(400, 'The id of a document cannot be changed by a replace.') }
            : this.write(200, document, before);
    }

    remove(id, options) {
        const before = this.find(id);
        if (before === null) return { error: failure(404, NO_DOCUMENT) };
        if (!matches(options.etag, before)) return { error: preconditionFailed() };
        this.keep(id, null);
        this.charge(DELETED, before.json.length);
        return { status: 204, document: null };
    }

    read(id) {
        const document = this.find(id);
        this.charge(READ, document === null ? 0 : document.json.length);
        return document === null ? { error: failure(404, NO_DOCUMENT) } : { status: 200, document: document };
    }

    write(status, document, before) {
        const now = time();
        document.etag = newEtag();
        document.resource = before === null ? newResource() : before.resource;
        document.timestamp = Math.floor(now / 1000);
        const timeToLive = document.ttl === undefined ? environment.defaultTimeToLive : document.ttl;
        document.expires = environment.defaultTimeToLive === null || timeToLive < 0 ? NEVER : (document.timestamp + timeToLive) * 1000;
        this.keep(document.id, document);
        this.charge(before === null ? CREATED : REPLACED, document.json.length);
        return { status: status, document: document };
    }

    keep(id, document) {
        if (this.written === null) this.written = new Map();
        this.written.set(id, document);
    }

    charge(kind, length) {
        this.charges.push(kind, length);
    }
}

function byId(a, b) {
    return compareBytes(a.id, b.id);
}

function hasExpired(document) {
    return document.expires !== NEVER && document.expires <= time();
}

function matches(etag, document) {
    return typeof etag !== 'string' || etag === '*' || etag === document.etag;
}

function preconditionFailed() {
    return failure(412, 'Operation cannot be performed because one of the specified precondition is not met.');
}

/** The position of the next page: the number of results before it, and the ID of the last of them; null if the order is another. */
function readPosition(continuation) {
    if (continuation === undefined || continuation === '') return { given: 0, after: null };
    const position = parseJson(ask('position', 0, continuation));
    if (position.error !== undefined) throw failure(400, position.error);
    return position;
}

/** The continuation token of a position. The engine creates and validates all tokens, so that scripts and clients can exchange them. */
function tokenOf(given, after) {
    return ask('token', given, after === null ? '' : after);
}

/** A document as a script sees it: a separate object for each read, with the system properties. */
function resourceOf(document) {
    if (document.kept === null) {
        if (current.isLast) return parsed(document);
        document.kept = parsed(document);
        document.nested = Object.keys(document.kept).filter(function (name) { return !isPlain(document.kept[name]); });
    }
    return copyOf(document.kept, document.nested);
}

function parsed(document) {
    const made = parseJson(document.json);
    made._rid = document.resource;
    made._self = selfDocuments + document.resource + '/';
    made._etag = document.etag;
    made._attachments = 'attachments/';
    made._ts = document.timestamp;
    return made;
}

/** Copies a parsed document: several times as fast as parsing it again. */
function copyOf(value, nested) {
    const copy = { ...value };
    for (const name of nested) copy[name] = copyOfAny(copy[name]);
    return copy;
}

function copyOfAny(value) {
    if (isPlain(value)) return value;
    if (Array.isArray(value)) return value.map(copyOfAny);
    const copy = { ...value };
    for (const name in copy) if (!isPlain(copy[name])) copy[name] = copyOfAny(copy[name]);
    return copy;
}

/** The JSON of a document, serialized when the operation is called. */
function serialized(body) {
    if (typeof body === 'string') return body;
    if (body === null || typeof body !== 'object') fail('The document body must be an object or a string representing a JSON-serialized object.');
    if (typeof body.toJSON === 'function' || Array.isArray(body)) return String(writeJson(body));
    const own = ownOf(body);
    return { json: writeJson(own), own: own };
}

/** The members of a document without its system properties. They become undefined, which has no JSON. */
function ownOf(body) {
    const own = { ...body };
    if (own._rid !== undefined) own._rid = undefined;
    if (own._self !== undefined) own._self = undefined;
    if (own._etag !== undefined) own._etag = undefined;
    if (own._ts !== undefined) own._ts = undefined;
    if (own._attachments !== undefined) own._attachments = undefined;
    return own;
}

/** Validates a document to write: returns `{ id, json, ttl }` or the error. */
function incoming(body, key, makesId) {
    let json = body.json, own = body.own;
    if (own === undefined) {
        try {
            own = parseJson(body);
        } catch (malformed) {
            return rejected('The document is not well-formed JSON.');
        }
        if (own === null || typeof own !== 'object' || Array.isArray(own)) return rejected('The document must be a JSON object.');
        own = ownOf(own);
        json = writeJson(own);
    }

    if (json.length > MOST_BYTES || utf8Length(json, MOST_BYTES) > MOST_BYTES)
        return { error: failure(413, 'Request size is too large: a document has at most 2 MB.') };

    let isFlat = true;
    for (const name in own) if (typeof own[name] === 'object' && own[name] !== null) isFlat = false;
    if (!isFlat) {
        if (json.length > 2 * MOST_NESTING && !hasFewer(json, MOST_NESTING) && nesting(json, MOST_NESTING) > MOST_NESTING) return rejected('The document nests deeper than ' + MOST_NESTING + ' levels.');
        if (!isPlain(own.id) || !isPlain(own.ttl) || !isPlain(own[environment.partitionKey[0]])) own = parseJson(json);
    }

    let id = own.id;
    if (makesId && !id) {
        id = newId();
        const { id: nothing, ...rest } = own;
        own = Object.assign(rest, { id: id });
        json = writeJson(own);
    }

    if (id === undefined) return rejected('The input content is invalid because the required property \'id\' is missing.');
    if (typeof id !== 'string') return rejected('The input content is invalid because the property \'id\' is not a string.');
    if (id === '') return rejected('The property \'id\' must not be empty.');
    if (/[\/\\]/.test(id)) return rejected('The property \'id\' contains an illegal character: / or \\.');
    if (utf8Length(id, MOST_ID_BYTES) > MOST_ID_BYTES) return rejected('The property \'id\' is longer than ' + MOST_ID_BYTES + ' bytes.');
    if (!isWellFormed(id)) return rejected('The document is not well-formed JSON.');

    const ttl = own.ttl;
    if (ttl !== undefined && (typeof ttl !== 'number' || ttl !== Math.floor(ttl) || ttl === 0 || ttl < -1 || ttl > 0x7FFFFFFF))
        return rejected('The property \'ttl\' must be -1 or a positive whole number of seconds.');

    let value = own;
    for (const member of environment.partitionKey) {
        value = value !== null && typeof value === 'object' && !Array.isArray(value) && Object.prototype.hasOwnProperty.call(value, member) ? value[member] : undefined;
    }
    if (value !== null && typeof value === 'object')
        return rejected('The partition key ' + environment.partitionKeyPath + ' must be a string, a number, a boolean or null.');
    if (value !== key) return rejected('PartitionKey extracted from document doesn\'t match the one specified in the header.');
    return makeDocument(id, json, ttl, '', '', 0, NEVER);
}

function makeDocument(id, json, ttl, etag, resource, timestamp, expires) {
    return { id: id, json: json, ttl: ttl, etag: etag, resource: resource, timestamp: timestamp, expires: expires, kept: null, nested: null };
}

function rejected(message) {
    return { error: failure(400, message) };
}

function isPlain(value) {
    return value === null || typeof value !== 'object' && typeof value !== 'function';
}

/** Whether a string has no lone surrogate, which UTF-8 cannot encode. */
function isWellFormed(text) {
    for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        if (unit < 0xD800 || unit > 0xDFFF) continue;
        const next = text.charCodeAt(i + 1);
        if (unit > 0xDBFF || !(next >= 0xDC00 && next <= 0xDFFF)) return false;
        i++;
    }
    return true;
}

/** A GUID. */
function newId() {
    const digits = Array.from({ length: 32 }, function (_, i) {
        return HEX[i === 12 ? 4 : Math.floor(random() * 16) & (i === 16 ? 3 : 15) | (i === 16 ? 8 : 0)];
    }).join('');
    return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}
