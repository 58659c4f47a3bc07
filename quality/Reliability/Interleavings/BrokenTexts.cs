using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary><c>streams.js</c> with one law taken out of it: the search must find what that breaks.</summary>
internal static class BrokenTexts
{
    private const string Touched = "for (const other of kept) if (violated.some(function (rule) { return isCounted(rule, other); })) replace(other, other); // law 3";
    private const string Forgotten = "i >= REMEMBER_MOST || i >= REMEMBER_LAST && now - record.ended.at > REMEMBER_ALL_MS";

    public static IReadOnlyDictionary<string, (string Kind, string Text)> All { get; } = new Dictionary<string, (string, string)>
    {
        ["a start does not replace the user document"] = ("OVER THE LIMIT", Without("replaceUser({ atLimit: atLimit }); // law 1", "if (!user) replaceUser({});")),
        ["the first start does not create the user document"] = ("RECORDS WITHOUT", Without("replaceUser({ atLimit: atLimit }); // law 1", "if (user) replaceUser({});")),
        ["stopAll does not replace the user document"] = ("A STOP OF ALL", Without("if (active.length + lapsed.length > 0) replaceUser({ operations: withResult(result) }); // law 1")),
        ["the limit has a document of its own"] = ("OVER THE LIMIT", Without(
            ("case 'setLimit': readUser(function () { answer(setLimit()); }); break;", "case 'setLimit': readDocument('limit', function (own) { user = own; answer(setLimit()); }); break;"),
            ("if (document.id === USER) user = document;", "if (document.id === USER) user = document; else if (document.id === 'limit') ownLimit = document;"),
            ("let user = null,", "let ownLimit = null, user = null,"),
            ("return user ? user[name] : undefined;", "return ownLimit ? ownLimit[name] : user ? user[name] : undefined;"),
            ("if (user || limit !== undefined || plan !== undefined) {\n            replaceUser({ limit: limit, plan: plan, operations: withResult(result), atLimit: undefined }); // law 1",
                """
                if (user || limit !== undefined || plan !== undefined) {
                    const next = Object.assign({ id: 'limit', userId: command.userId }, user, { limit: limit, plan: plan, operations: withResult(result) });
                    if (user) replace(user, next);
                    else create(next, check);
                """))),
        ["a heartbeat does not write"] = ("NOT WRITTEN", Without("if (due) replace(record, next); // law 2")),
        ["a stop does not match the etag"] = ("NO ORDER", Without(
            "if (stopped) end(record, { reason: 'stopped', at: now }); // law 2",
            "if (stopped) accept(collection.upsertDocument(link, Object.assign({}, record, { ended: { reason: 'stopped', at: now } }), check));")),
        ["a start does not write off"] = ("OVER THE LIMIT", Without("lapsed.forEach(writeOff);\n        const ended", "const ended")),
        ["stopAll does not write off"] = ("LOST STOP", Without("lapsed.forEach(writeOff);\n        if (active.length + lapsed.length > 0)", "if (active.length > 0)")),
        ["a stop does not write off"] = ("LOST STOP", Without("else over(record);\n        return { outcome: 'stopped'", "return { outcome: 'stopped'")),
        ["a heartbeat does not write off"] = ("REVIVED", Without(
            "if (!record || !isActive(record)) return over(record);", "if (!record || record.ended) return over(record);\n        if (!isActive(record)) return { outcome: 'ended', reason: 'expired' };")),
        ["a retried start does not write off"] = ("REVIVED", Without(
            "if (!isActive(record)) return over(record);\n        const replaced",
            "if (!isActive(record)) return record.ended ? over(record) : { outcome: 'ended', reason: 'expired' };\n        const replaced")),
        ["operation ids are forgotten"] = ("TWICE", Without("return operations().concat({ id: command.operationId, result: result }).slice(-REMEMBER_LAST);", "return [];")),
        ["only the last operation is remembered"] = ("TWICE", Without(".slice(-REMEMBER_LAST)", ".slice(-1)")),
        ["an operation's id is taken for another operation"] = ("A USED KEY", Without("return isSame(operation.result) ? Object.assign({ replayed: true }, operation.result) : { outcome: 'keyReused' };", "return isSame(operation.result) ? Object.assign({ replayed: true }, operation.result) : undefined;")),
        ["a start's key is taken for another stream"] = ("A USED KEY", Without("if (isOtherStart(record)) return { outcome: 'keyReused' };")),
        ["a replay does not list what was replaced"] = ("ANOTHER ANSWER", Without("replaced: replaced.sort(byAge).map(replacedView)", "replaced: []")),
        ["a start's key is taken for another device"] = ("A USED KEY", Without("'deviceId', 'countSameDevice'].some", "'countSameDevice'].some")),
        ["a start's key is taken for a device that counts otherwise"] = ("A USED KEY", Without("'deviceId', 'countSameDevice'].some", "'deviceId'].some")),
        ["a replay forgets that it was the same device"] = ("ANOTHER ANSWER", Without("replaced: replaced.sort(byAge).map(replacedView)", "replaced: replaced.sort(byAge).map(view)")),
        ["a start does not take over from its device"] = ("TWO STREAMS OF ONE DEVICE", Without("!isNamed(record) && !isTakenOver(record)", "!isNamed(record)")),
        ["a start takes over from its device only at the limit"] = ("TWO STREAMS OF ONE DEVICE", Without("!isNamed(record) && !isTakenOver(record)", "!isNamed(record) && !(isTakenOver(record) && active.length >= limitOfAllStreams())")),
        ["a start that counts its device takes over from it"] = ("ANOTHER STREAM", Without("!command.countSameDevice && isOfSameDevice(record)", "isOfSameDevice(record)")),
        ["a start does not say that it was the same device"] = ("ANOTHER DEVICE", Without(", sameDevice: isOfSameDevice(other) }", ", sameDevice: false }")),
        ["an erase leaves what has ended"] = ("AN ERASE", Without("records.forEach(remove); // law 2", "active.forEach(remove);")),
        ["an erase leaves the limit"] = ("AN ERASE", Without("erasedBy: command.operationId\n", "erasedBy: command.operationId, limit: user.limit\n")),
        ["an erase does not know its own retry"] = ("TWICE", Without("operations: [{ id: command.operationId, result: result }], erasedBy", "operations: [], erasedBy")),
        ["the second command of an erase deletes what has changed"] = ("RECORDS WITHOUT", Without("document && document.erasedBy === command.operationId", "document")),
        ["a start leaves the mark of an erase"] = ("RECORDS WITHOUT", Without("{ erasedBy: undefined }, changes", "changes")),
        ["the user document is upserted"] = ("OVER THE LIMIT", Without(
            "if (user) replace(user, Object.assign({}, user, { erasedBy: undefined }, changes));",
            "if (user) accept(collection.upsertDocument(link, Object.assign({}, user, { erasedBy: undefined }, changes), check));")),
        ["ended records are removed by the next start"] = ("TWICE", Without(Forgotten, "true")),
        ["ended records beyond the last eight are removed at once"] = ("TWICE", Without(Forgotten, "i >= REMEMBER_LAST")),
        ["all records that ended a minute ago are removed"] = ("FORGOTTEN", Without(Forgotten, "now - record.ended.at > REMEMBER_ALL_MS")),
        ["replaceOldest does not touch the streams that it keeps"] = ("NO ORDER", Without(Touched)),
        ["a rule that replaces does not touch what it counts"] = ("NO ORDER", Without("violated.some(function (rule) { return isCounted(rule, other); })", "violated.some(function (rule) { return !rule.where; })")),
        ["a start does not ask for the user's plan"] = ("ANOTHER PLAN", Without("if (!command.planIsNamed && command.plan.name !== planName()) return { outcome: 'planNeeded', plan: user && user.plan };")),
        ["a replay forgets what was observed"] = ("ANOTHER ANSWER", Without("replaced: replaced.sort(byAge).map(replacedView), observed: record.observed", "replaced: replaced.sort(byAge).map(replacedView)")),
        ["a start's key is taken for other tags"] = ("A USED KEY", Without(" || !haveSameTags(record, command)", "")),
        ["a start's key is taken for another plan"] = ("A USED KEY", Without("|| record.plan !== namedPlan() || !", "|| !")),
        ["a heartbeat and a stop do not match the moment of the start"] = ("ANOTHER STREAM", Without("record && record.startedAt === command.startedAt ? record : null", "record")),
        ["replace does not match the moment of the start"] = ("ANOTHER STREAM", Without("stream.key === record.id && stream.startedAt === record.startedAt", "stream.key === record.id")),
        ["time goes back in a partition"] = ("TIME GOES BACK", Without(
            ("for (const record of records) now = Math.max(now, newestTime(record));", ""), ("if (meant) now = Math.max(now, newestTime(meant));", ""))),
        ["a stream that is over is overwritten by its own key"] = ("ONE KEY", Without("if (known) return answerRetry(known);", "if (known && !known.ended) return answerRetry(known);")),
        ["a stream that gets a shorter interval is cut short"] = ("CUT SHORT", Without("slower ? before.expiresAt : 0", "0")),
        ["a change of speed is not written"] = ("NOT WRITTEN", Without(
            ("if (record.leaseMs !== speed.leaseMs || record.intervalMs !== speed.intervalMs) return true;", ""),
            ("record: view(next), intervalMs: next.intervalMs }", "record: view(next), intervalMs: current.intervalMs }"))),
        ["a user with room does not get the relaxed interval"] = ("TOO STRICT", Without("command.relaxed && !atLimit ? command.relaxed : strict", "strict")),
        ["a user at the limit gets the relaxed interval"] = ("TOO RELAXED", Without("command.relaxed && !atLimit ? command.relaxed : strict", "command.relaxed || strict")),
        ["a key in the way is a conflict"] = ("STUCK", Without("if (error && error.number === 409) accept(collection.upsertDocument(link, record, check));\n            else check(error);", "check(error);")),
    };

    private static string Without(string law, string instead = "") => Without((law, instead));

    private static string Without(params (string Law, string Instead)[] changes) => changes.Aggregate(StreamsProcedure.Body, (text, change) =>
        text.Contains(change.Law, StringComparison.Ordinal)
            ? text.Replace(change.Law, change.Instead, StringComparison.Ordinal)
            : throw new InvalidOperationException($"streams.js does not say: {change.Law}"));
}
