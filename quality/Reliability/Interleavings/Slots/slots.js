/**
 * Stream Checker's stored procedure: every rule about a user's streams, in one transaction of the user's partition.
 *
 * The partition holds slot documents, ids "0", "1", ..., one stream each (live or remembered), and at most one limit
 * document, id "limit", where the user's own limit differs from the default. Times are milliseconds since the epoch.
 *
 * A call ends in one of these states, as `outcome` of the body
 *
 *   start      1. admitted            the stream has a slot (`replayed`: it already had one, nothing was written)
 *              2. limitReached        no room; nothing was written; the body lists what is active
 *              3. ended               a retry of a start whose stream is already over; nothing was written
 *              4. keyReused           a retry that names another stream or device; nothing was written
 *              5. foreignReplacement  `replace` names another user's stream; nothing was written
 *   renew      6. renewed             the stream is alive; `written` only where its lease has run down enough
 *              7. ended               the stream is over, and why; nothing was written
 *   stop       8. stopped             the stream is over; `count` is 0 where it was already
 *   stopAll    9. stopped             `count` streams were ended
 *   list      10. listed              what is active, and the limit
 *   setLimit  11. limitSet            the user's own limit is set, or reset to the default
 *
 * or throws, which rolls everything back: 'streams conflict' (somebody else wrote first: try again in a new
 * transaction), 'streams conflict: unseen slot' (a document that this transaction cannot see holds the slot's id), or
 * anything else, which is a bug.
 */
function streams(command) {
    'use strict';

    const PAGE_SIZE = 1000;
    const REMEMBER_SECONDS = 600;
    const TIME_TO_LIVE = command.leaseMs ? Math.ceil(command.leaseMs / 1000) + REMEMBER_SECONDS : -1;

    // A transaction may run for 5 seconds concurrently with this one, on a clock that reads earlier or on an older snapshot, and
    // still see a stream alive that is over here. For longer than that a lapsed slot is written off, not taken, and what
    // must collide with such a transaction writes the slots that it may want: then one of the two is rolled back.
    const SETTLE_MS = 10000;

    const collection = getContext().getCollection();
    const link = collection.getSelfLink();

    // What the partition's documents say, read once by `survey`.
    const slots = [], active = [], lapsing = [];
    let now = Date.now(), limit = command.defaultLimit, limitDocument = null, remembered = null;

    switch (command.op) {
        case 'start': readPartition(start); break;
        case 'renew': readSlot(renew); break;
        case 'stop': readSlot(stop); break;
        case 'stopAll': readPartition(stopAll); break;
        case 'list': readPartition(list); break;
        case 'setLimit': readPartition(setLimit); break;
        default: throw new Error('streams: unknown op ' + command.op);
    }

    function answer(body) {
        getContext().getResponse().setBody(body);
    }

    function readSlot(operation) {
        const slot = collection.getAltLink() + '/docs/' + command.slot;
        const accepted = collection.readDocument(slot, function (error, document) {
            if (error && error.number !== 404) throw new Error('streams: cannot read the slot: ' + error.body);
            if (document) now = Math.max(now, newestTime(document));
            answer(operation(document));
        });
        if (!accepted) throw conflict();
    }

    function readPartition(operation, continuation) {
        const query = {
            query: 'SELECT * FROM c WHERE c.userId = @userId', parameters: [{ name: '@userId', value: command.userId }]
        };
        const options = { pageSize: PAGE_SIZE, continuation: continuation };
        const accepted = collection.queryDocuments(link, query, options, function (error, page, more) {
            if (error) throw new Error('streams: cannot read the partition: ' + error.body);
            for (let i = 0; i < page.length; i++) slots.push(page[i]);
            if (more.continuation) return readPartition(operation, more.continuation);
            if (slots.length > 0) survey();
            answer(operation());
        });
        if (!accepted) throw conflict();
    }

    function survey() {
        for (const document of slots) {
            now = Math.max(now, newestTime(document));
            if (document.id === 'limit') limitDocument = document;
        }
        if (limitDocument) {
            limit = limitDocument.maxConcurrentStreams;
            slots.splice(slots.indexOf(limitDocument), 1);
        }
        for (const document of slots) {
            if (isActive(document)) active.push(document);
            else if (isLapsing(document)) lapsing.push(document);
            if (document.recordId === command.recordId
                || document.previous && document.previous.recordId === command.recordId) remembered = document;
        }
        active.sort(function (a, b) { return a.startedAt - b.startedAt || a.id - b.id; });
    }

    /** The one rule for "active". */
    function isActive(document) {
        return !document.ended && (document.expiresAt === null || document.expiresAt > now);
    }

    function isLapsing(document) {
        return !document.ended && now - document.expiresAt < SETTLE_MS;
    }

    /** Whether its slot was set free so short a time ago that a concurrent transaction may not know. */
    function isSettling(document) {
        return document.recordId !== undefined && document.ended && now - document.ended.at < SETTLE_MS;
    }

    /** Time never goes back in a partition, whatever the machine's clock does. */
    function newestTime(document) {
        return Math.max(
            document.startedAt || document.setAt || 0,
            document.expiresAt ? document.expiresAt - document.leaseMs : 0,
            document.ended ? document.ended.at : 0);
    }

    function start() {
        if (remembered) return answerRetry();

        const chosen = command.replace || command.replaceOldest ? chooseReplaced() : [];
        if (!chosen) return { outcome: 'foreignReplacement' };
        const left = active.length - chosen.length;
        if (left >= limit) return limitReached();

        const slot = lowestFreeSlot(), taken = slots.length > 0 ? find(slot) : undefined;
        const record = {
            id: String(slot), userId: command.userId, recordId: command.recordId, streamId: command.streamId,
            deviceName: command.deviceName, startedAt: now, leaseMs: command.leaseMs, expiresAt: expiry(), ttl: TIME_TO_LIVE,
            previous: taken && taken.recordId ? { recordId: taken.recordId, ended: ending(taken) } : undefined
        };
        for (const document of chosen) end(document, replacedBy(record));
        lapsing.forEach(writeOff);
        if (command.mayRepeat) collideWithOlderSnapshots(slot);
        if (taken) replace(taken, record);
        else create(record);
        return {
            outcome: 'admitted', replayed: false, slot: slot, startedAt: now, expiresAt: record.expiresAt,
            limit: limit, active: left + 1, replaced: chosen.map(view)
        };
    }

    function renew(document) {
        const gone = endOf(document);
        if (gone) return gone;

        // Not every heartbeat needs a write. One is left out only where the player may lose the next and still come in time.
        const remaining = document.expiresAt === null ? Infinity : document.expiresAt - now;
        const due = command.leaseMs
            ? remaining === Infinity
                || remaining <= Math.max(command.leaseMs - command.intervalMs / 2, 2 * command.intervalMs)
            : remaining !== Infinity;
        if (!due) return { outcome: 'renewed', written: false, record: view(document) };
        const renewed = Object.assign({}, document, { leaseMs: command.leaseMs, expiresAt: expiry(), ttl: TIME_TO_LIVE });
        replace(document, renewed);
        return { outcome: 'renewed', written: true, record: view(renewed) };
    }

    function stop(document) {
        const gone = endOf(document);
        if (!gone) end(document, { reason: 'stopped', at: now });
        else if (document && document.recordId === command.recordId && isLapsing(document)) writeOff(document);
        return { outcome: 'stopped', count: gone ? 0 : 1 };
    }

    function stopAll() {
        for (const document of active) end(document, { reason: 'stopped', at: now });
        lapsing.forEach(writeOff);
        return { outcome: 'stopped', count: active.length };
    }

    function list() {
        return { outcome: 'listed', limit: limit, isDefault: !limitDocument, streams: active.map(view) };
    }

    function setLimit() {
        const isDefault = command.maxConcurrentStreams === undefined;
        const next = isDefault ? command.defaultLimit : command.maxConcurrentStreams;
        const document = { id: 'limit', userId: command.userId, maxConcurrentStreams: next, setAt: now, ttl: -1 };
        if (next !== limit) collideWithStarts();
        if (isDefault && limitDocument) remove(limitDocument);
        else if (!isDefault && limitDocument) replace(limitDocument, document);
        else if (!isDefault) create(document);
        return { outcome: 'limitSet', limit: next, isDefault: isDefault };
    }

    /** A start that read the old limit wants one of these slots: then one of the two is rolled back. */
    function collideWithStarts() {
        const slot = lowestFreeSlot();
        lapsing.forEach(writeOff);
        touch(slot);
        collideWithOlderSnapshots(slot);
    }

    /** Writes every slot but this one that a start may have chosen which began up to a few seconds ago. */
    function collideWithOlderSnapshots(slot) {
        const settling = slots.filter(isSettling);
        const settled = lowestSlotBut(active.concat(lapsing, settling));
        for (const document of settling) if (document.id !== String(slot)) touch(document.id);
        if (settled !== slot) touch(settled);
    }

    function touch(slot) {
        const document = find(slot);
        if (document) replace(document, document);
        else create({ id: String(slot), userId: command.userId, ended: { reason: 'unused', at: now }, ttl: REMEMBER_SECONDS });
    }

    /** How the stream that the command names ended; null where it is active. */
    function endOf(document) {
        if (document && document.recordId === command.recordId) return isActive(document) ? null : over(ending(document));
        const known = document && document.previous && document.previous.recordId === command.recordId;
        return over(known ? document.previous.ended : { reason: 'unknown' });
    }

    function answerRetry() {
        if (remembered.recordId !== command.recordId) return over(remembered.previous.ended);
        if (!isActive(remembered)) return over(ending(remembered));
        if (remembered.streamId !== command.streamId || remembered.deviceName !== command.deviceName)
            return { outcome: 'keyReused' };
        return {
            outcome: 'admitted', replayed: true, slot: Number(remembered.id), startedAt: remembered.startedAt, expiresAt: remembered.expiresAt,
            limit: limit, active: active.length, replaced: []
        };
    }

    /** The active streams that this start would end: those named in `replace`, then the oldest, as many as it takes. */
    function chooseReplaced() {
        const named = command.replace || [];
        if (named.some(function (stream) { return stream.userId !== command.userId; })) return null;
        const keys = named.map(function (stream) { return stream.recordId; });
        const chosen = active.filter(function (document) { return keys.includes(document.recordId); });
        const others = active.filter(function (document) { return !keys.includes(document.recordId); });
        const excess = command.replaceOldest ? others.length - limit + 1 : 0;
        return excess > 0 ? chosen.concat(others.slice(0, excess)) : chosen;
    }

    function limitReached() {
        const leases = active.map(function (document) { return document.expiresAt; })
            .filter(function (expiresAt) { return expiresAt !== null; })
            .sort(function (a, b) { return a - b; });
        const enough = leases[active.length - limit];
        return {
            outcome: 'limitReached', limit: limit, active: active.length, streams: active.map(view),
            retryAfterMs: enough === undefined ? null : enough - now
        };
    }

    /** The same for all that see one snapshot, whatever they ask for: so two starts always collide. */
    function lowestFreeSlot() {
        return slots.length > 0 ? lowestSlotBut(active.concat(lapsing)) : 0;
    }

    function lowestSlotBut(documents) {
        const held = [];
        for (let i = 0; i < documents.length; i++) held[documents[i].id] = true;
        let slot = 0;
        while (held[slot]) slot++;
        return slot;
    }

    function find(slot) {
        return slots.find(function (document) { return document.id === String(slot); });
    }

    function replacedBy(record) {
        return {
            reason: 'replaced', at: now,
            by: {
                slot: Number(record.id), recordId: record.recordId, streamId: record.streamId, deviceName: record.deviceName
            }
        };
    }

    /** When a lease that begins now runs out. */
    function expiry() {
        return command.leaseMs ? now + command.leaseMs : null;
    }

    function end(document, ending) {
        replace(document, Object.assign({}, document, { ended: ending, ttl: REMEMBER_SECONDS }));
    }

    function writeOff(document) {
        end(document, ending(document));
    }

    function ending(document) {
        return document.ended || { reason: 'expired', at: document.expiresAt };
    }

    function over(ending) {
        return { outcome: 'ended', reason: ending.reason, by: ending.by };
    }

    function view(document) {
        return {
            slot: Number(document.id), recordId: document.recordId, streamId: document.streamId,
            deviceName: document.deviceName, startedAt: document.startedAt, expiresAt: document.expiresAt
        };
    }

    function create(document) {
        const accepted = command.overwriteUnseen
            ? collection.upsertDocument(link, document, written)
            : collection.createDocument(link, document, { disableAutomaticIdGeneration: true }, created);
        if (!accepted) throw conflict();
    }

    function created(error) {
        if (!error) return;
        if (error.number === 409) throw conflict(': unseen slot');
        written(error);
    }

    function replace(document, next) {
        const accepted = collection.replaceDocument(document._self, next, { etag: document._etag }, written);
        if (!accepted) throw conflict();
    }

    function remove(document) {
        const accepted = collection.deleteDocument(document._self, { etag: document._etag }, written);
        if (!accepted) throw conflict();
    }

    function written(error) {
        if (!error) return;
        if ([404, 409, 412, 449].includes(error.number)) throw conflict();
        throw new Error('streams: cannot write: ' + error.body);
    }

    function conflict(detail) {
        return new Error('streams conflict' + (detail || ''));
    }
}
