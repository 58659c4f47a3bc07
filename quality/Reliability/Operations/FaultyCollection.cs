namespace StreamChecker.Reliability.Operations;

/// <summary>The stored procedure's text inside another one, which hands it a collection on which operations go wrong as the test says.</summary>
internal static class FaultyCollection
{
    /// <summary>What it logs where something has gone wrong.</summary>
    public const string Happened = "fault";

    /// <summary>Regardless of its inside, the procedure asks <c>getContext</c> for its collection.</summary>
    public static string Around(string procedure) =>
        $$"""
        function faulty(command) {
            const fault = command.fault || {};
            const context = getContext(), collection = context.getCollection();
            const inside = {}, ids = {}, writes = ['createDocument', 'upsertDocument', 'replaceDocument', 'deleteDocument'];
            let calls = 0;
            for (const name of ['getSelfLink', 'getAltLink', 'readDocument', 'readDocuments', 'queryDocuments'].concat(writes))
                inside[name] = (...given) => perform(name, given);
            const around = { getCollection: () => inside, getResponse: () => context.getResponse() };
            return (function (getContext) { return ({{procedure.TrimEnd()}}
            )(command); })(() => around);

            function perform(name, given) {
                if (fault.pageSize) given = given.map(smallPages);
                if (fault.reverses) given = given.map(reversedFeeds);
                if (name === 'queryDocuments' || name === 'readDocument') given = given.map(remembered);
                if (fault.overtakes === name) overtake(given[0], ids[given[0]] || given[1].id);
                if (fault.isTaken && name === 'createDocument' && given[1].id === command.key) return fail(given[3], 409);
                if (!fault.functions || !fault.functions.includes(name) || calls++ !== fault.call) return collection[name](...given);
                console.log('{{Happened}}');
                return fault.isRejected ? false : fail(given.find(value => typeof value === 'function'), fault.number);
            }

            function smallPages(value) {
                return value && value.pageSize ? Object.assign({}, value, { pageSize: fault.pageSize }) : value;
            }

            function reversedFeeds(value) {
                return typeof value !== 'function' ? value
                    : (error, feed, options) => value(error, Array.isArray(feed) ? feed.slice().reverse() : feed, options);
            }

            function remembered(value) {
                return typeof value !== 'function' ? value : (error, feed, options) => {
                    for (const document of [].concat(feed || [])) ids[document._self] = document.id;
                    return value(error, feed, options);
                };
            }

            function overtake(link, id) {
                console.log('{{Happened}}');
                collection.replaceDocument(link, { id: id, userId: command.userId, ttl: 600 });
            }

            function fail(callback, number) {
                const error = new Error(number, 'the database says ' + number);
                error.body = error.message;
                return collection.readDocument(collection.getAltLink() + '/docs/none', () => callback(error));
            }
        }
        """;
}
