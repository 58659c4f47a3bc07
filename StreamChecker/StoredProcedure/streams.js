/**
 * Stream Checker's stored procedure: every rule about a user's streams, in one transaction of the user's partition.
 *
 * The partition holds one document for each stream record (id: the record's key) and one user document (id "user", made by
 * the first start or `setLimit`): the user's own limit, and the last operations with their results. No user document
 * means no records. Times are milliseconds since the epoch.
 *
 * With two speeds (`relaxed`), a stream whose user could start one more has the relaxed lease and heartbeat interval, and one
 * whose user is at the limit the strict ones. What the user document says of it (`atLimit`) is that of the last start: a hint.
 *
 * A call ends in one of these states, as `outcome` of the body
 *
 *   start      1. admitted            the stream is active; `replayed`: it already was, nothing was written
 *              2. limitReached        no room; nothing was written; the body lists the active streams
 *              3. ended               a retry of a start whose stream is over
 *              4. keyReused           a retry that names another stream or device, or counts it otherwise; nothing was written
 *              5. foreignReplacement  `replace` names another user's stream; nothing was written
 *   renew      6. renewed             the stream is active; `written` only where enough of its lease has run down
 *              7. ended               the stream is over, and why
 *   stop       8. stopped             the stream is over; `count` is 0 where it already was
 *   stopAll    9. stopped             `count` streams were ended; a repeated operation gives its first result, `replayed`
 *   setLimit  10. limitSet            the limit from now on; a repeated operation gives its first result, `replayed`
 *   both      11. keyReused           the operation's id belongs to another operation; nothing was written
 *   list      12. listed              the active streams and the limit; nothing was written
 *   export    13. exported            everything that is held about the user; nothing was written
 *   erase     14. erased              `count` records were deleted, and the user document knows only this operation
 *   forget    15. forgotten           the user document is deleted if it has not changed since the erase of this operation
 *
 * or throws, which rolls everything back: 'streams conflict' (another transaction wrote first) and 'streams busy <number>'
 * (the store has no capacity at the moment) may be run again in a new transaction; anything else is a bug.
 *
 * Transactions run at the same time on snapshots, and collide only on a document that both of them write. Three laws make
 * every pair that matters collide:
 *
 *   1. A transaction that starts a stream, ends or erases all of them, or changes the limit replaces the user document.
 *   2. A transaction that renews or ends one stream replaces its record.
 *   3. A transaction that relies on a stream being over, or reports it over, and finds its lease lapsed but not written as
 *      ended, writes it as ended: a lapse is decided once, and no clock takes it back. A transaction that ends a stream
 *      because others are active replaces those, too; a stream that is named, or of the same device, ends whatever is active.
 */
function streams(command) {
    'use strict';

    const PAGE_SIZE = 1000, USER = 'user', REMEMBER_SECONDS = 600;

    // A start deletes ended records, so that a partition stays small. It keeps those that a retry may still ask for: the
    // last few, and those that ended less than a minute ago, which is longer than any retry of the service's own. No more
    // than a person can end in that time, since every start reads them.
    const REMEMBER_LAST = 8, REMEMBER_MOST = 32, REMEMBER_ALL_MS = 60000;

    const collection = getContext().getCollection();
    const link = collection.getSelfLink();

    // What the documents say, as far as the command reads them. The clock is read once: a transaction is of one moment.
    const records = [], clock = Date.now();
    let user = null, active = [], lapsed = [], now = clock;

    switch (command.op) {
        case 'start': readPartition(start); break;
        case 'renew': readSpeed(function () { readRecord(renew); }); break;
        case 'stop': readRecord(stop); break;
        case 'stopAll': readPartition(stopAll); break;
        case 'list': readPartition(list); break;
        case 'setLimit': readUser(function () { answer(setLimit()); }); break;
        case 'export': readPartition(exportAll); break;
        case 'erase': readPartition(erase); break;
        case 'forget': readUser(function () { answer(forget(user)); }); break;
        default: throw new Error('streams: unknown op ' + command.op);
    }

    // ---- Commands: each decides first and writes afterwards

    function start() {
        const known = records.find(function (record) { return record.id === command.key; });
        if (known) return answerRetry(known);

        const named = command.replace || [];
        if (named.some(function (stream) { return stream.userId !== command.userId; })) return { outcome: 'foreignReplacement' };
        const others = active.filter(function (record) { return !isNamed(record) && !isTakenOver(record); });
        const excess = command.replaceOldest ? Math.max(0, others.length - limit() + 1) : 0;
        const kept = others.slice(excess);
        if (kept.length >= limit()) return limitReached();

        const replaced = active.filter(function (record) { return kept.indexOf(record) < 0; });
        const atLimit = kept.length + 1 >= limit();
        const record = Object.assign({
            id: command.key, userId: command.userId, streamId: command.streamId, deviceName: command.deviceName,
            deviceId: command.deviceId, countSameDevice: command.countSameDevice, startedAt: now
        }, lease(speed(atLimit)));
        forgettable().forEach(remove);
        lapsed.forEach(writeOff);
        const ended = replaced.map(function (other) {
            return end(other, { reason: 'replaced', at: now, by: reference(record), sameDevice: isOfSameDevice(other) });
        });
        if (excess > 0) for (const other of kept) replace(other, other); // law 3
        insert(record);
        replaceUser({ atLimit: command.relaxed ? atLimit : undefined }); // law 1
        return {
            outcome: 'admitted', replayed: false, startedAt: now, expiresAt: record.expiresAt, intervalMs: record.intervalMs,
            limit: limit(), active: kept.length + 1, replaced: ended.map(replacedView)
        };
    }

    function answerRetry(record) {
        if (isOtherStart(record)) return { outcome: 'keyReused' };
        if (!isActive(record)) return over(record);
        const replaced = records.filter(function (other) { return other.ended && other.ended.by && other.ended.by.key === record.id; });
        return {
            outcome: 'admitted', replayed: true, startedAt: record.startedAt, expiresAt: record.expiresAt, intervalMs: record.intervalMs,
            limit: limit(), active: active.length, replaced: replaced.sort(byAge).map(replacedView)
        };
    }

    function renew(record) {
        if (!record || !isActive(record)) return over(record);
        const current = speed(!user || user.atLimit !== false), due = isDue(record, current);
        const next = due ? Object.assign({}, record, lease(current, record)) : record;
        if (due) replace(record, next); // law 2
        return { outcome: 'renewed', written: due, record: view(next), intervalMs: next.intervalMs };
    }

    function stop(record) {
        const stopped = Boolean(record) && isActive(record);
        if (stopped) end(record, { reason: 'stopped', at: now }); // law 2
        else over(record);
        return { outcome: 'stopped', count: stopped ? 1 : 0 };
    }

    function stopAll() {
        const repeated = resultOfRepeat(function (first) { return first.outcome === 'stopped'; });
        if (repeated) return repeated;
        const result = { outcome: 'stopped', count: active.length };
        for (const record of active) end(record, { reason: 'stopped', at: now });
        lapsed.forEach(writeOff);
        if (active.length + lapsed.length > 0) replaceUser({ operations: withResult(result) }); // law 1
        return result;
    }

    function list() {
        return { outcome: 'listed', limit: limit(), isDefault: hasDefaultLimit(), streams: active.map(view) };
    }

    function setLimit() {
        const own = command.maxConcurrentStreams, isDefault = own === undefined;
        const repeated = resultOfRepeat(function (first) { return first.isDefault === isDefault && (isDefault || first.limit === own); });
        if (repeated) return repeated;
        const result = { outcome: 'limitSet', limit: isDefault ? command.defaultLimit : own, isDefault: isDefault };
        if (user || !isDefault) replaceUser({ limit: own, operations: withResult(result), atLimit: undefined }); // law 1
        return result;
    }

    function exportAll() {
        return { outcome: 'exported', limit: user && user.limit, operations: operations(), records: records.sort(byAge).map(held) };
    }

    /**
     * What starts after this transaction finds its user document, so that no record is ever without one. A second transaction,
     * `forget`, deletes that document, unless something has changed it since.
     */
    function erase() {
        const repeated = resultOfRepeat(function (first) { return first.outcome === 'erased'; });
        if (repeated) return repeated;
        const result = { outcome: 'erased', count: records.length };
        records.forEach(remove); // law 2
        if (user) replace(user, {
            id: USER, userId: command.userId, operations: [{ id: command.operationId, result: result }], erasedBy: command.operationId
        }); // law 1
        return result;
    }

    function forget(document) {
        if (document && document.erasedBy === command.operationId) remove(document);
        return { outcome: 'forgotten' };
    }

    // ---- Rules

    /** The one rule for "active". */
    function isActive(record) {
        return !record.ended && (record.expiresAt === null || record.expiresAt > now);
    }

    function limit() {
        return hasDefaultLimit() ? command.defaultLimit : user.limit;
    }

    function hasDefaultLimit() {
        return !user || user.limit === undefined;
    }

    /** Whether `replace` names exactly this stream: a key that was used again after its record was forgotten is another one. */
    function isNamed(record) {
        return (command.replace || []).some(function (stream) {
            return stream.key === record.id && stream.startedAt === record.startedAt;
        });
    }

    /** A player that starts again takes over from the stream of its device, which may be active though its player is gone. */
    function isTakenOver(record) {
        return !command.countSameDevice && isOfSameDevice(record);
    }

    function isOfSameDevice(record) {
        return command.deviceId !== undefined && record.deviceId === command.deviceId;
    }

    function isOtherStart(record) {
        return ['streamId', 'deviceName', 'deviceId', 'countSameDevice'].some(function (name) { return record[name] !== command[name]; });
    }

    /** The lease and the heartbeat interval of a stream. The interval is stored only where there are two. */
    function speed(atLimit) {
        const strict = { leaseMs: command.leaseMs, intervalMs: command.relaxed && command.intervalMs };
        return command.relaxed && !atLimit ? command.relaxed : strict;
    }

    /**
     * A lease from now on. A player may not get the response that changes its interval to a shorter one: once more
     * its lease is not cut short.
     */
    function lease(speed, before) {
        if (!speed.leaseMs) return { expiresAt: null, leaseMs: 0, intervalMs: undefined, ttl: -1 };
        const slower = before && before.expiresAt !== null && before.intervalMs > (speed.intervalMs || command.intervalMs);
        const expiresAt = Math.max(now + speed.leaseMs, slower ? before.expiresAt : 0), leaseMs = expiresAt - now;
        return { expiresAt: expiresAt, leaseMs: leaseMs, intervalMs: speed.intervalMs, ttl: Math.ceil(leaseMs / 1000) + REMEMBER_SECONDS };
    }

    /**
     * Not every heartbeat needs a write. One is left out only where the player may lose the next and still be in time. The
     * document's own time counts, too: where a clock ran ahead once, its time to live ends before its lease does.
     */
    function isDue(record, speed) {
        if (record.leaseMs !== speed.leaseMs || record.intervalMs !== speed.intervalMs) return true;
        if (!speed.leaseMs) return false;
        const intervalMs = speed.intervalMs || command.intervalMs;
        const age = Math.max(now - renewedAt(record), clock - record._ts * 1000);
        return age >= Math.min(intervalMs / 2, speed.leaseMs - 2 * intervalMs);
    }

    function renewedAt(record) {
        return record.expiresAt === null ? record.startedAt : record.expiresAt - record.leaseMs;
    }

    /** Time never goes back in a partition, whatever the machine's clock does. */
    function newestTime(record) {
        return Math.max(record.startedAt, renewedAt(record), record.ended ? record.ended.at : 0);
    }

    function forgettable() {
        return records.filter(function (record) { return record.ended; })
            .sort(function (a, b) { return b.ended.at - a.ended.at; })
            .filter(function (record, i) {
                return i >= REMEMBER_MOST || i >= REMEMBER_LAST && now - record.ended.at > REMEMBER_ALL_MS;
            });
    }

    /** The first result of an operation that was carried out before; undefined for a new one. */
    function resultOfRepeat(isSame) {
        const operation = operations().find(function (earlier) { return earlier.id === command.operationId; });
        if (!operation) return undefined;
        return isSame(operation.result) ? Object.assign({ replayed: true }, operation.result) : { outcome: 'keyReused' };
    }

    function withResult(result) {
        return operations().concat({ id: command.operationId, result: result }).slice(-REMEMBER_LAST);
    }

    function operations() {
        return user && user.operations || [];
    }

    // ---- Bodies

    function limitReached() {
        const leases = active.map(function (record) { return record.expiresAt; })
            .filter(function (expiresAt) { return expiresAt !== null; })
            .sort(function (a, b) { return a - b; });
        const enough = leases[active.length - limit()];
        return {
            outcome: 'limitReached', limit: limit(), streams: active.map(view),
            retryAfterMs: enough === undefined ? null : enough - clock
        };
    }

    /** Says how a stream ended. Law 3: a lapse that is reported is written. */
    function over(record) {
        if (!record) return { outcome: 'ended', reason: 'unknown' };
        const ending = record.ended || writeOff(record);
        return { outcome: 'ended', reason: ending.reason, by: ending.by, sameDevice: ending.sameDevice };
    }

    function reference(record) {
        return { key: record.id, startedAt: record.startedAt, streamId: record.streamId, deviceName: record.deviceName };
    }

    function view(record) {
        return Object.assign(reference(record), { expiresAt: record.expiresAt });
    }

    function replacedView(record) {
        return Object.assign(view(record), { sameDevice: record.ended.sameDevice });
    }

    function held(record) {
        return Object.assign(view(record), {
            deviceId: record.deviceId, countSameDevice: record.countSameDevice, ended: record.ended,
            forgottenAt: record.ttl < 0 ? null : (record._ts + record.ttl) * 1000
        });
    }

    function byAge(a, b) {
        return a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1);
    }

    // ---- Reads

    function readPartition(operation, continuation) {
        const query = { query: 'SELECT * FROM c WHERE c.userId = @userId', parameters: [{ name: '@userId', value: command.userId }] };
        const options = { pageSize: PAGE_SIZE, continuation: continuation };
        accept(collection.queryDocuments(link, query, options, function (error, page, more) {
            check(error);
            for (const document of page) {
                if (document.id === USER) user = document;
                else records.push(document);
            }
            if (more.continuation) return readPartition(operation, more.continuation);
            survey();
            answer(operation());
        }));
    }

    function survey() {
        for (const record of records) now = Math.max(now, newestTime(record));
        active = records.filter(isActive).sort(byAge);
        lapsed = records.filter(function (record) { return !record.ended && !isActive(record); });
    }

    function readRecord(operation) {
        readDocument(command.key, function (record) {
            const meant = record && record.startedAt === command.startedAt ? record : null;
            if (meant) now = Math.max(now, newestTime(meant));
            answer(operation(meant));
        });
    }

    /** Reads whether the user is at the limit, if that matters. */
    function readSpeed(operation) {
        if (command.relaxed) readUser(operation);
        else operation();
    }

    function readUser(operation) {
        readDocument(USER, function (document) {
            user = document;
            operation();
        });
    }

    function readDocument(id, operation) {
        accept(collection.readDocument(collection.getAltLink() + '/docs/' + id, function (error, document) {
            const missing = error && error.number === 404;
            if (!missing) check(error);
            operation(missing ? null : document);
        }));
    }

    function answer(body) {
        getContext().getResponse().setBody(body);
    }

    // ---- Writes

    function end(record, ending) {
        const ended = Object.assign({}, record, { ended: ending, ttl: REMEMBER_SECONDS });
        replace(record, ended);
        return ended;
    }

    function writeOff(record) {
        const lapse = { reason: 'expired', at: record.expiresAt };
        end(record, lapse);
        return lapse;
    }

    function replaceUser(changes) {
        if (user) replace(user, Object.assign({}, user, { erasedBy: undefined }, changes));
        else create(Object.assign({ id: USER, userId: command.userId }, changes), check);
    }

    function insert(record) {
        create(record, function (error) {
            // The key was used before, and its record has expired but still holds the id. Two starts of one key
            // collide on the user document, so this overwrites nothing else.
            if (error && error.number === 409) accept(collection.upsertDocument(link, record, check));
            else check(error);
        });
    }

    function create(document, created) {
        accept(collection.createDocument(link, document, { disableAutomaticIdGeneration: true }, created));
    }

    function replace(document, next) {
        accept(collection.replaceDocument(document._self, next, { etag: document._etag }, check));
    }

    function remove(document) {
        accept(collection.deleteDocument(document._self, { etag: document._etag }, check));
    }

    function accept(accepted) {
        if (!accepted) throw new Error('streams busy: a call was not accepted');
    }

    function check(error) {
        if (!error) return;
        if ([404, 409, 412].indexOf(error.number) >= 0) throw new Error('streams conflict ' + error.number);
        if ([408, 410, 429, 449, 500, 503].indexOf(error.number) >= 0) throw new Error('streams busy ' + error.number);
        throw new Error('streams: the store failed with ' + error.number + ': ' + error.body);
    }
}
