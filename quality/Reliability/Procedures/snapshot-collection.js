// The server-side API on one snapshot of a partition, as Cosmos DB documents it: a query sees the snapshot alone, a call on
// one document sees the transaction's own writes, too. Nothing is committed here: a run returns what it wants to write.
(function (load) {
    'use strict';

    let snapshot, blocked, own, writes, calls, body, clock;

    function find(id) {
        return own.has(id) ? own.get(id) : snapshot.find(function (document) { return document.id === id; });
    }

    function write(kind, document) {
        const content = Object.assign({}, document);
        for (const name of Object.keys(content)) if (name[0] === '_') delete content[name];
        writes.push(kind, document.id, JSON.stringify(content));
        own.set(document.id, Object.assign(content, { _self: 'docs/' + document.id, _etag: 'own', _ts: Math.floor(clock / 1000) }));
    }

    function call(options, callback, operation) {
        const withOptions = typeof options !== 'function';
        calls.push(function () { operation(withOptions ? options || {} : {}, withOptions ? callback : options); });
        return true;
    }

    /** Calls back with what the procedure named by its link, or with what the store says instead. */
    function onNamed(self, options, callback, operation) {
        return call(options, callback, function (given, done) {
            const document = find(self.slice(self.lastIndexOf('/') + 1));
            if (!document) done({ number: 404, body: 'There is no ' + self });
            else if (given.etag && given.etag !== document._etag) done({ number: 412, body: 'The etag of ' + self + ' is another one.' });
            else done(undefined, operation(document));
        });
    }

    const collection = {
        getSelfLink: function () { return 'colls/streams'; },
        getAltLink: function () { return 'dbs/streams/colls/streams'; },
        queryDocuments: function (link, query, options, callback) {
            return call(options, callback, function (given, done) { done(undefined, snapshot.slice(), {}); });
        },
        readDocument: function (link, options, callback) {
            return onNamed(link, options, callback, function (document) { return document; });
        },
        createDocument: function (link, document, options, callback) {
            return call(options, callback, function (given, done) {
                if (find(document.id) || blocked.includes(document.id)) return done({ number: 409, body: 'There is a ' + document.id });
                write('create', document);
                done(undefined, document);
            });
        },
        upsertDocument: function (link, document, options, callback) {
            return call(options, callback, function (given, done) {
                write('upsert', document);
                done(undefined, document);
            });
        },
        replaceDocument: function (self, document, options, callback) {
            return onNamed(self, options, callback, function (old) {
                if (old.id !== document.id) throw new Error('A document cannot change its id.');
                write('replace', document);
                return document;
            });
        },
        deleteDocument: function (self, options, callback) {
            return onNamed(self, options, callback, function (old) {
                writes.push('delete', old.id, null);
                own.set(old.id, undefined);
            });
        }
    };
    const context = {
        getCollection: function () { return collection; },
        getResponse: function () { return { setBody: function (value) { body = value; } }; }
    };
    const procedure = load(function () { return context; }, { now: function () { return clock; } });

    function frozen(value) {
        if (value && typeof value === 'object') Object.freeze(Object.values(value).forEach(frozen) || value);
        return value;
    }

    return {
        command: function (json) { return frozen(JSON.parse(json)); },
        document: function (json, ts) {
            const document = JSON.parse(json);
            return frozen(Object.assign(document, { _self: 'docs/' + document.id, _etag: 'snapshot', _ts: ts }));
        },

        /** [the body or null, the message of what was thrown or null, then kind, id and content of each write] */
        run: function (documents, blockedIds, command, now) {
            snapshot = documents;
            blocked = blockedIds;
            own = new Map();
            writes = [];
            calls = [];
            body = undefined;
            clock = now;
            try {
                procedure(command);
                while (calls.length > 0) calls.shift()();
                return [JSON.stringify(body), null].concat(writes);
            } catch (thrown) {
                return [null, String(thrown.message)];
            }
        }
    };
})
