// The JavaScript query API of the collection object: filter, map, pluck, flatten, sortBy, sortByDescending and unwind, each alone or
// in a chain, with [collection], [options] and [callback] as in Microsoft's reference. Without a callback the page is appended to the
// response.

function addQueryFunctions(collection) {
    const DEFAULT_PAGE_SIZE = 100;
    const RANK = { undefined: 0, boolean: 2, number: 3, string: 4, object: 6 };

    /** Each function returns a step: a function from a feed to a feed. */
    const steps = {
        filter: function (given) {
            const predicate = required(given, 'filter');
            return function (feed) { return feed.filter(function (item) { return predicate(item); }); };
        },
        map: function (given) {
            const transform = required(given, 'map');
            return function (feed) { return feed.map(function (item) { return transform(item); }); };
        },
        pluck: function (given) {
            const name = given.shift();
            if (typeof name !== 'string' || !name) fail('The property name must be a string and cannot be empty.');
            return function (feed) { return feed.map(function (item) { return item[name]; }); };
        },
        flatten: function (given) {
            const isShallow = typeof given[0] === 'boolean' && given.shift();
            return function (feed) { return feed.flat(isShallow ? 1 : Infinity); };
        },
        sortBy: function (given) { return sorted(required(given, 'sortBy'), 1); },
        sortByDescending: function (given) { return sorted(required(given, 'sortByDescending'), -1); },
        unwind: function (given) {
            const inner = required(given, 'unwind');
            const result = typeof given[0] === 'function' && given[0].length >= 2 ? given.shift() : null;
            return function (feed) {
                const pairs = [];
                for (const item of feed)
                    for (const part of inner(item) || []) pairs.push(result ? result(item, part) : part);
                return pairs;
            };
        }
    };

    for (const name of Object.keys(steps)) {
        collection[name] = function () {
            const given = withoutCollection(arguments);
            return run([steps[name](given)], given);
        };
    }

    collection.chain = function () { return chain([]); };
    collection.spatial = (Object.fromEntries(
        ['distance', 'intersects', 'isValid', 'isValidDetailed', 'within'].map(function (name) {
            return [name, function () { unsupported('spatial.' + name); }];
        })));
    for (const name of ['readAttachment', 'readAttachments', 'queryAttachments', 'createAttachment', 'upsertAttachment',
        'replaceAttachment', 'deleteAttachment']) collection[name] = function () { unsupported(name); };

    function chain(taken) {
        const query = { isAccepted: true };
        for (const name of Object.keys(steps)) {
            query[name] = function () {
                const given = withoutCollection(arguments);
                const step = steps[name](given);
                if (given.length > 0) fail('When using "chain", options and callback can only be provided on the call to the "value" function.');
                return chain(taken.concat(step));
            };
        }
        query.value = function () { return run(taken, Array.from(arguments)); };
        return query;
    }

    function run(taken, given) {
        const options = typeof given[0] === 'function' ? {} : given.shift() || {};
        const callback = given.shift() || answer;
        if (typeof options !== 'object') fail('The "options" parameter must be of type "object". Actual type is: "' + typeof options + '".');
        if (typeof callback !== 'function') fail('The "callback" parameter must be of type "function". Actual type is: "' + typeof callback + '".');

        const continuation = continuationOf(options), size = options.pageSize > 0 ? options.pageSize : DEFAULT_PAGE_SIZE;
        const isAccepted = readAll(function (documents) {
            const start = readPosition(continuation).given, end = start + size;
            const results = taken.reduce(function (feed, step) { return step(feed); }, documents);
            return [results.slice(start, end), end < results.length ? { continuation: tokenOf(end, null) } : {}];
        }, undefined, callback);
        return { isAccepted: isAccepted };
    }

    function answer(error, feed) {
        if (error) throw error;
        current.setBody(appended(current.body, writeJson(feed)));
    }

    function sorted(key, direction) {
        return function (feed) {
            return feed
                .map(function (item) { return { item: item, key: key(item) }; })
                .sort(function (a, b) { return direction * compare(a.key, b.key); })
                .map(function (pair) { return pair.item; });
        };
    }

    /** Cosmos DB's order of types, then the order within the type. */
    function compare(a, b) {
        return rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0);
    }

    function rankOf(value) {
        return value === null ? 1 : Array.isArray(value) ? 5 : RANK[typeof value];
    }

    /** Removes the optional first argument, the collection. */
    function withoutCollection(given) {
        const list = Array.from(given);
        if (list.length > 0 && (list[0] === undefined || list[0] === current.parts.collection || list[0] === current.shortcut())) list.shift();
        return list;
    }

    function required(given, name) {
        const predicate = given.shift();
        if (typeof predicate !== 'function') fail('The predicate/transform function must be provided: ' + name + '.');
        return predicate;
    }

    function unsupported(name) {
        fail('The function "' + name + '" is not supported by this engine.');
    }
}
