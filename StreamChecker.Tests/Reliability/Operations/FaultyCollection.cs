namespace StreamChecker.Tests.Reliability.Operations;

/// <summary>The stored procedure's text inside another one, which hands it a collection on which operations go wrong as the test says.</summary>
internal static class FaultyCollection
{
    /// <summary>What it logs where something has gone wrong.</summary>
    public const string Happened = "fault";

    /// <summary>Whatever the procedure looks like inside, it asks <c>getContext</c> for its collection.</summary>
    public static string Around(string procedure) =>
        $$"""
        function faulty(command) {
            const fault = command.fault || {};
            const context = getContext(), collection = context.getCollection();
            const inside = {}, writes = ['createDocument', 'upsertDocument', 'replaceDocument', 'deleteDocument'];
            let calls = 0;
            for (const name of ['getSelfLink', 'getAltLink', 'readDocument', 'readDocuments', 'queryDocuments'].concat(writes))
                inside[name] = (...given) => perform(name, given);
            const around = { getCollection: () => inside, getResponse: () => context.getResponse() };
            return (function (getContext) { return ({{procedure.TrimEnd()}}
            )(command); })(() => around);

            function perform(name, given) {
                if (fault.pageSize) given = given.map(smallPages);
                if (fault.reverses) given = given.map(reversedFeeds);
                if (fault.overtakes && ['replaceDocument', 'deleteDocument'].includes(name)) overtake(given[0], given[1].id || 'limit');
                if (!fault.functions || !fault.functions.includes(name) || calls++ !== fault.call) return collection[name](...given);
                console.log('{{Happened}}');
                return fault.isRefused ? false : fail(given.find(value => typeof value === 'function'));
            }

            function smallPages(value) {
                return value && value.pageSize ? Object.assign({}, value, { pageSize: fault.pageSize }) : value;
            }

            function reversedFeeds(value) {
                return typeof value !== 'function' ? value
                    : (error, feed, options) => value(error, Array.isArray(feed) ? feed.slice().reverse() : feed, options);
            }

            function overtake(link, id) {
                console.log('{{Happened}}');
                collection.replaceDocument(link, { id: id, userId: command.userId, ttl: 600 });
            }

            function fail(callback) {
                const error = new Error(fault.number, 'the database says ' + fault.number);
                error.body = error.message;
                return collection.readDocument(collection.getAltLink() + '/docs/none', () => callback(error));
            }
        }
        """;
}
