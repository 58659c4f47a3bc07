/**
 * Stream Checker's stored procedure: every rule about a user's streams, in one transaction of the user's partition.
 *
 * The partition holds one document for each stream record (id: the record's key) and one user document (id "user", made by
 * the first start or `setLimit`): the user's own limit and plan, and the last operations with their results. No user document
 * means no records. Times are milliseconds since the epoch.
 *
 * A start brings a plan: rules, each an upper limit on the active streams together with the new one. Three forms:
 *
 *   count where          { name, limit, where }            streams with one of the values of each tag in `where`
 *   count where, per     { name, limit, where, per }       those with the new stream's value of `per`
 *   distinct values      { name, limit, where, distinct }  the different values of `distinct` among them
 *
 * Values are the stream's tags, `streamId` and `deviceId`. A rule ignores streams that do not have the value it reads; `require`
 * lists the values without which a start is rejected. The rule "streams" counts all streams; a user's own limit is its limit. A
 * rule with `observe` is evaluated and not enforced. The end of a stream never violates a rule, since all are upper limits.
 *
 * With two speeds (`relaxed`), a stream whose user could start one more has the relaxed lease and heartbeat interval, and one
 * whose user is at the limit the strict ones. What the user document says of it (`atLimit`) is that of the last start: a hint.
 *
 * A call ends in one of these states, as `outcome` of the body
 *
 *   start      1. admitted            the stream is active; `replayed`: it already was, nothing was written
 *              2. limitReached        no room; nothing was written; the body lists each violated rule with the streams it counts
 *              3. ended               a retry of a start whose stream is over
 *              4. keyReused           a retry with another stream, device, plan or tags, or that counts otherwise; nothing was written
 *              5. foreignReplacement  `replace` names another user's stream; nothing was written
 *              6. planNeeded          the user has another plan than the one that was sent; nothing was written
 *              7. valueRequired       a rule requires a value that the start does not have; nothing was written
 *   renew      8. renewed             the stream is active; `written` only where enough of its lease has run down
 *              9. ended               the stream is over, and why
 *   stop      10. stopped             the stream is over; `count` is 0 where it already was
 *   stopAll   11. stopped             `count` streams were ended; a repeated operation gives its first result, `replayed`
 *   setLimit  12. limitSet            the user's own limit and plan from now on; a repeated operation gives its first result, `replayed`
 *   both      13. keyReused           the operation's id belongs to another operation; nothing was written
 *   list      14. listed              the active streams, the user's own limit and plan; nothing was written
 *   export    15. exported            everything that is held about the user; nothing was written
 *   erase     16. erased              `count` records were deleted, and the user document knows only this operation
 *   forget    17. forgotten           the user document is deleted if it has not changed since the erase of this operation
 *
 * or throws, which rolls everything back: 'streams conflict' (another transaction wrote first) and 'streams busy <number>'
 * (the store has no capacity at the moment) may be run again in a new transaction; anything else is a bug.
 *
 * Transactions run at the same time on snapshots, and collide only on a document that both of them write. Three laws make
 * every pair that matters collide:
 *
 *   1. A transaction that starts a stream, ends or erases all of them, or changes the limit or plan replaces the user document.
 *   2. A transaction that renews or ends one stream replaces its record.
 *   3. A transaction that relies on a stream being over, or reports it over, and finds its lease lapsed but not written as
 *      ended, writes it as ended: a lapse is decided once, and no clock takes it back. A transaction that ends a stream
 *      because an enforced rule counts others replaces those, too; a stream that is named, or of the same device, ends
 *      whatever is active.
 */
function streams(command) {
    'use strict';

    const PAGE_SIZE = 1000, USER = 'user', REMEMBER_SECONDS = 600;
    const DEFAULT_PLAN = 'default', ALL_STREAMS = 'streams', ENFORCED = false, OBSERVED = true;

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
        if (!command.planIsNamed && command.plan.name !== planName()) return { outcome: 'planNeeded', plan: user && user.plan };
        const known = records.find(function (record) { return record.id === command.key; });
        if (known) return answerRetry(known);

        const named = command.replace || [];
        if (named.some(function (stream) { return stream.userId !== command.userId; })) return { outcome: 'foreignReplacement' };
        const missing = missingValue();
        if (missing) return { outcome: 'valueRequired', value: missing };
        const others = active.filter(function (record) { return !isNamed(record) && !isTakenOver(record); });
        const violated = rules(ENFORCED).filter(function (rule) { return isViolated(rule, others); });
        const kept = violated.length > 0 ? keep(others, violated) : others;
        const unsolved = violated.filter(function (rule) { return isViolated(rule, kept); });
        if (unsolved.length > 0) return limitReached(unsolved);

        const replaced = active.filter(function (record) { return kept.indexOf(record) < 0; });
        const observed = rules(OBSERVED).filter(function (rule) { return isViolated(rule, kept); }).map(function (rule) { return rule.name; });
        const atLimit = command.relaxed ? isAtLimit(kept.concat(command)) : undefined;
        const record = Object.assign({
            id: command.key, userId: command.userId, streamId: command.streamId, deviceName: command.deviceName,
            deviceId: command.deviceId, countSameDevice: command.countSameDevice, tags: command.tags, plan: namedPlan(),
            observed: observed.length > 0 ? observed : undefined, startedAt: now
        }, lease(speed(atLimit)));
        forgettable().forEach(remove);
        lapsed.forEach(writeOff);
        const ended = replaced.map(function (other) {
            return end(other, { reason: 'replaced', at: now, by: reference(record), sameDevice: isOfSameDevice(other) });
        });
        for (const other of kept) if (violated.some(function (rule) { return isCounted(rule, other); })) replace(other, other); // law 3
        insert(record);
        replaceUser({ atLimit: atLimit }); // law 1
        return {
            outcome: 'admitted', replayed: false, startedAt: now, expiresAt: record.expiresAt, intervalMs: record.intervalMs,
            limit: limitOfAllStreams(), active: kept.length + 1, replaced: ended.map(replacedView), observed: record.observed
        };
    }

    function answerRetry(record) {
        if (isOtherStart(record)) return { outcome: 'keyReused' };
        if (!isActive(record)) return over(record);
        const replaced = records.filter(function (other) { return other.ended && other.ended.by && other.ended.by.key === record.id; });
        return {
            outcome: 'admitted', replayed: true, startedAt: record.startedAt, expiresAt: record.expiresAt, intervalMs: record.intervalMs,
            limit: limitOfAllStreams(), active: active.length, replaced: replaced.sort(byAge).map(replacedView), observed: record.observed
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
        return { outcome: 'listed', limit: own('limit'), plan: own('plan'), streams: active.map(view) };
    }

    /** Sets or removes the user's own limit, plan or both, as `change` has them. */
    function setLimit() {
        const change = command.change;
        const repeated = resultOfRepeat(function (first) { return isSameChange(first.change || {}, change); });
        if (repeated) return repeated;
        const limit = change.limit ? change.limit.to : own('limit'), plan = change.plan ? change.plan.to : own('plan');
        const result = { outcome: 'limitSet', limit: limit, plan: plan, change: change };
        if (user || limit !== undefined || plan !== undefined) {
            replaceUser({ limit: limit, plan: plan, operations: withResult(result), atLimit: undefined }); // law 1
        }
        return result;
    }

    function exportAll() {
        return { outcome: 'exported', limit: own('limit'), plan: own('plan'), operations: operations(), records: records.sort(byAge).map(held) };
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

    /** The user's own limit or plan; undefined without one. */
    function own(name) {
        return user ? user[name] : undefined;
    }

    function planName() {
        return own('plan') || DEFAULT_PLAN;
    }

    /** The plan that the start itself names. */
    function namedPlan() {
        return command.planIsNamed ? command.plan.name : undefined;
    }

    function rules(mode) {
        return command.plan.rules.filter(function (rule) { return Boolean(rule.observe) === mode; });
    }

    function limitOf(rule) {
        return rule.name === ALL_STREAMS && own('limit') !== undefined ? user.limit : rule.limit;
    }

    function limitOfAllStreams() {
        return limitOf(command.plan.rules.find(function (rule) { return rule.name === ALL_STREAMS; }));
    }

    /**
     * A stream's value of a tag, or of one of its fields; undefined without one. The text names no prototype: the embedded engine would
     * copy its API objects for each call.
     */
    function valueOf(stream, name) {
        if (name === 'streamId' || name === 'deviceId') return stream[name];
        return stream.tags && {}.hasOwnProperty.call(stream.tags, name) ? stream.tags[name] : undefined;
    }

    function missingValue() {
        for (const rule of command.plan.rules) {
            const missing = (rule.require || []).find(function (name) { return valueOf(command, name) === undefined; });
            if (missing) return missing;
        }
        return undefined;
    }

    /** Whether a rule is about a stream. */
    function applies(rule, stream) {
        const value = rule.per || rule.distinct;
        return (!value || valueOf(stream, value) !== undefined) && (!rule.where || Object.keys(rule.where).every(function (tag) {
            return rule.where[tag].indexOf(valueOf(stream, tag)) >= 0;
        }));
    }

    /** Whether a rule counts a stream against the new one: a rule for distinct values counts those with another value. */
    function isCounted(rule, stream) {
        if (!applies(rule, stream)) return false;
        if (rule.distinct) return valueOf(stream, rule.distinct) !== valueOf(command, rule.distinct);
        return !rule.per || valueOf(stream, rule.per) === valueOf(command, rule.per);
    }

    function counted(rule, streams) {
        return streams.filter(function (stream) { return isCounted(rule, stream); });
    }

    /** What a rule limits: the number of the streams, or of their distinct values. */
    function sizeOf(rule, streams) {
        return rule.distinct ? distinctValues(rule, streams).length : streams.length;
    }

    function distinctValues(rule, streams) {
        const values = streams.map(function (stream) { return valueOf(stream, rule.distinct); });
        return values.filter(function (value, i) { return values.indexOf(value) === i; });
    }

    /** Whether the new stream is one too many for a rule, if these are active. */
    function isViolated(rule, streams) {
        return applies(rule, command) && sizeOf(rule, counted(rule, streams)) >= limitOf(rule);
    }

    /**
     * The streams that stay active. While a violated rule may replace, the stream that most of the violated rules count ends, the oldest
     * of several; afterwards each of them, the newest first, without whose end no rule is violated, stays.
     */
    function keep(others, violated) {
        const ended = [];
        let kept = others;
        for (let next = nextToEnd(kept, violated); next; next = nextToEnd(kept, violated)) {
            ended.push(next);
            kept = kept.filter(function (other) { return other !== next; });
        }
        for (const stream of ended.sort(byAge).reverse()) {
            const more = others.filter(function (other) { return other === stream || kept.indexOf(other) >= 0; });
            if (!violated.some(function (rule) { return isViolated(rule, more); })) kept = more;
        }
        return kept;
    }

    function nextToEnd(kept, rules) {
        const violated = rules.filter(function (rule) { return isViolated(rule, kept); });
        let next, most = 0;
        for (const stream of kept) {
            const counting = violated.filter(function (rule) { return isCounted(rule, stream); });
            if (counting.length > most && counting.some(mayReplace)) {
                next = stream;
                most = counting.length;
            }
        }
        return next;
    }

    /** A rule that does not say what happens at its limit does what the start says. */
    function mayReplace(rule) {
        return rule.onLimit ? rule.onLimit === 'replaceOldest' : command.replaceOldest;
    }

    /** Whether an enforced rule leaves no place for one more stream of some kind, and a stream of these has the last. */
    function isAtLimit(streams) {
        return rules(ENFORCED).some(function (rule) {
            const all = streams.filter(function (stream) { return applies(rule, stream); });
            return all.some(function (one) {
                const group = all.filter(function (stream) { return !rule.per || valueOf(stream, rule.per) === valueOf(one, rule.per); });
                return sizeOf(rule, group) >= limitOf(rule);
            });
        });
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
        return ['streamId', 'deviceName', 'deviceId', 'countSameDevice'].some(function (name) { return record[name] !== command[name]; })
            || record.plan !== namedPlan() || !haveSameTags(record, command);
    }

    function haveSameTags(a, b) {
        const names = Object.keys(Object.assign({}, a.tags, b.tags));
        return names.every(function (name) { return valueOf(a, name) === valueOf(b, name); });
    }

    function isSameChange(a, b) {
        return ['limit', 'plan'].every(function (name) {
            return Boolean(a[name]) === Boolean(b[name]) && (!a[name] || a[name].to === b[name].to);
        });
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

    function limitReached(violated) {
        const roomAt = Math.max.apply(null, violated.map(roomIn));
        return {
            outcome: 'limitReached', active: active.length,
            violations: violated.map(function (rule) {
                const streams = counted(rule, active);
                return { rule: rule.name, limit: limitOf(rule), active: sizeOf(rule, streams), streams: streams.map(view) };
            }),
            retryAfterMs: roomAt === Infinity ? null : roomAt - clock
        };
    }

    /** The time at which a violated rule has room, if nothing happens but that leases lapse. */
    function roomIn(rule) {
        const streams = counted(rule, active), excess = sizeOf(rule, streams) - limitOf(rule);
        const lapses = rule.distinct ? distinctValues(rule, streams).map(function (value) {
            return Math.max.apply(null, streams.filter(function (stream) { return valueOf(stream, rule.distinct) === value; }).map(lapseOf));
        }) : streams.map(lapseOf);
        const lapse = lapses.sort(function (a, b) { return a - b; })[excess];
        return lapse === undefined ? Infinity : lapse;
    }

    function lapseOf(record) {
        return record.expiresAt === null ? Infinity : record.expiresAt;
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
            deviceId: record.deviceId, countSameDevice: record.countSameDevice, tags: record.tags, plan: record.plan, observed: record.observed,
            ended: record.ended,
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

    /** The record is deleted when it would have been anyway: so an erase that no longer sees it misses nothing. */
    function writeOff(record) {
        const lapse = { reason: 'expired', at: record.expiresAt };
        replace(record, Object.assign({}, record, { ended: lapse, ttl: Math.max(1, record._ts + record.ttl - Math.floor(clock / 1000)) }));
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
