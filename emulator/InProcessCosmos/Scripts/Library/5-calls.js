// Runs a batch of calls. The batch and its results are one string each: a first line of comma-separated numbers, then all strings
// without separators; some of the numbers are their lengths (ScriptFrame.cs).

let timeNow = 0, timeAt = 0;

/** Milliseconds since the epoch, by the engine's clock, which is read at most once in a few milliseconds. */
function time() {
    const elapsed = elapsedClock() - timeAt;
    if (elapsed < 0 || elapsed > 5) {
        timeNow = Number(ask('now', 0, ''));
        timeAt = elapsedClock();
    }
    return timeNow;
}

/** Reads such a string. */
class Frame {
    constructor(text) {
        const end = text.indexOf('\n');
        this.numbers = parseJson('[' + text.slice(0, end) + ']');
        this.text = text;
        this.position = end + 1;
        this.at = 0;
    }

    number() { return this.numbers[this.at++]; }

    take() {
        const length = this.numbers[this.at++];
        return this.text.slice(this.position, this.position += length);
    }

    documents(partition) {
        for (let count = this.number(); count > 0; count--) {
            const expires = this.number(), timestamp = this.number();
            const id = this.take(), etag = this.take(), resource = this.take(), json = this.take();
            partition.add(makeDocument(id, json, undefined, etag, resource, timestamp, expires));
        }
    }
}

let procedure = null, running = null, calls = [], numbers = [], texts = [];

/** Decodes a batch. */
function begin(text) {
    const frame = new Frame(text), partitions = [];
    timeNow = frame.number();
    timeAt = elapsedClock();
    etagHead = frame.take();
    resourceHead = environment.resourceHead + frame.take();
    for (let count = frame.number(), index = 0; index < count; index++) {
        const key = parseJson(frame.take()), isComplete = frame.number() === 1;
        const partition = new Partition(index, key !== null && typeof key === 'object' ? undefined : key, isComplete);
        frame.documents(partition);
        partitions.push(partition);
    }
    calls = [];
    for (let count = frame.number(), index = 0; index < count; index++) {
        const partition = partitions[frame.number()];
        partition.waiting++;
        calls.push({ partition: partition, isLogged: frame.number() === 1, given: frame.take() });
    }
    numbers = [];
    texts = [];
}

/** Runs the main function of a call. An exception is the outcome of this call. */
function start(index) {
    const { partition, given, isLogged } = calls[index];
    current = running = new Call(index, partition, given, isLogged);
    try {
        const main = procedure();
        if (typeof main !== 'function') throw noFunction();
        main.apply(undefined, running.given());
    } catch (thrown) {
        finish(failed(running, thrown));
    }
}

function noFunction() {
    const error = new NativeError('The body of a stored procedure must be a function.');
    error.number = environment.compileError;
    return error;
}

/** Runs the next operation of the running call. Returns false if there is none, or the call has ended. */
function step() {
    if (running === null) return false;
    try {
        return running.runNext();
    } catch (thrown) {
        finish(failed(running, thrown));
        return false;
    }
}

/** Completes the running call if it has not failed. */
function complete() {
    if (running === null) return;
    let body;
    try {
        body = writeJson(running.body);
        if (body !== undefined && utf8Length(body, environment.mostBodyBytes) > environment.mostBodyBytes) throw failure(413, TOO_LARGE);
    } catch (thrown) {
        finish(failed(running, thrown));
        return;
    }
    const transaction = running.transaction, charges = transaction.charges, written = transaction.written;
    numbers.push(0);
    push(body);
    push(running.log);
    numbers.push(charges.length / 2);
    for (const charge of charges) numbers.push(charge);
    numbers.push(written === null ? 0 : written.size);
    if (written !== null) {
        for (const [id, document] of written) {
            push(id);
            if (document === null) {
                numbers.push(-1);
                continue;
            }
            push(document.json);
            numbers.push(document.expires, document.timestamp);
            texts.push(document.etag, document.resource);
        }
    }
    transaction.commit();
    running = null;
}

/** The results of all completed calls. */
function result() {
    const text = numbers.join() + '\n' + texts.join('');
    calls = numbers = texts = [];
    current = running = null;
    return text;
}

/** Runs a batch until its time limit: the remaining calls have no result. */
function run(text, progress) {
    begin(text);
    const began = elapsedClock();
    for (let index = 0; index < calls.length; index++) {
        if (index > 0 && elapsedClock() - began >= environment.batchMs) break;
        progress[0] = index;
        start(index);
        while (step());
        complete();
        if (!environment.leavesGlobalsAlone) restoreGlobals();
    }
    return result();
}

/** Removes the changes of a run to the global object. */
function restoreGlobals() {
    for (const name of Reflect.ownKeys(global)) {
        const kept = globals[name];
        if (!kept) delete global[name];
        else if (kept.configurable || kept.writable) {
            const now = Object.getOwnPropertyDescriptor(global, name);
            if (now.value !== kept.value || now.get !== kept.get) Object.defineProperty(global, name, kept);
        }
    }
}

const globals = Object.getOwnPropertyDescriptors(global);

function push(text) {
    if (text === undefined || text === null) {
        numbers.push(-1);
    } else {
        numbers.push(text.length);
        texts.push(text);
    }
}

function finish(outcome) {
    for (const part of outcome) {
        if (typeof part === 'number') numbers.push(part);
        else push(part);
    }
    running = null;
}

function frameOf(outcome) {
    numbers = [];
    texts = [];
    finish(outcome);
    return numbers.join() + '\n' + texts.join('');
}

/** The outcome of a call that threw. Reading the thrown value may throw again, which must not prevent the outcome. */
function failed(call, thrown) {
    return [1, attempt(function () { return messageOf(thrown); }, 'The script threw something that cannot be shown.'), call.log, numberOf(thrown), attempt(function () { return traceOf(thrown); }, '')];
}

function messageOf(thrown) {
    if (typeof thrown !== 'object' || thrown === null) return String(thrown);
    const message = attempt(function () { return thrown.message; }), name = nameOf(thrown);
    if (typeof message === 'string' && name !== undefined) return name + ': ' + message;
    return attempt(function () { return writeJson(thrown); }) || attempt(function () { return Object.prototype.toString.call(thrown) + membersOf(thrown); }, '[object]');
}

/** The name of an error or of an object like one; undefined for other objects. */
function nameOf(thrown) {
    const name = attempt(function () { return thrown.name; });
    return typeof name === 'string' ? name : attempt(function () { return thrown instanceof NativeError; }) ? 'Error' : undefined;
}

/** The readable members of an object that has no JSON. */
function membersOf(thrown) {
    return Object.keys(thrown).map(function (name) {
        const value = attempt(function () { return thrown[name]; });
        return isPlain(value) && value !== undefined ? ' ' + name + ': ' + String(value) : '';
    }).join('');
}

function numberOf(thrown) {
    const number = attempt(function () { return thrown.number; });
    return typeof number === 'number' && number === number && Math.abs(number) < 0x7FFFFFFF ? Math.trunc(number) : 0;
}

function traceOf(thrown) {
    const stack = typeof thrown === 'object' && thrown !== null ? thrown.stack : undefined;
    return typeof stack !== 'string' ? '' : stack.split('\n').filter(function (line) { return /^\s*at /.test(line) && line.indexOf('server-side library') < 0; }).join('\n');
}

function attempt(get, otherwise) {
    try {
        return get();
    } catch (thrown) {
        return otherwise;
    }
}

return {
    define: function (text) { procedure = text; },
    run: run, begin: begin, start: start, step: step, complete: complete, result: result
};
