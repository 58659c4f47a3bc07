// What the server-side library needs of the language, as it is before any script has run; and what scripts get in place of the
// language's own: their clock and their errors.
//
// The files of this folder are one function body, in the order of their names (ServerSideLibrary.cs). `ask` and `environment` are
// its parameters: a question to the engine, and what is known of the container.

'use strict';

const global = globalThis, NativeDate = Date, NativeError = Error;
const parseJson = JSON.parse, writeJson = JSON.stringify, elapsedClock = Date.now, random = Math.random;

/** An error as callbacks get it: with the number of Cosmos DB's status, and its text as the service wraps it. */
function failure(number, message) {
    const body = writeJson({ Errors: [message] }), error = new NativeError(body);
    error.number = number;
    error.body = body;
    return error;
}

function fail(message) {
    throw failure(400, message);
}

/** A function's name for its type, where `typeof` does not have the word that messages use. */
function typeOf(value) {
    return value === null ? 'null' : typeof value;
}

/** How many bytes a text has in UTF-8; or how many characters, where either is surely more than `most` or surely not. */
function utf8Length(text, most) {
    if (text.length * 3 <= most || text.length > most || !/[^\x00-\x7F]/.test(text)) return text.length;
    const more = text.replace(/[\x00-\x7F]+/g, ''), most3 = more.replace(/[\x80-\u07FF\uD800-\uDFFF]+/g, '');
    return text.length + more.length + most3.length;
}

/** The order of two texts by their bytes in UTF-8, which is that of their code points. */
function compareBytes(a, b) {
    const shorter = Math.min(a.length, b.length);
    for (let i = 0; i < shorter; i++) {
        const x = a.charCodeAt(i), y = b.charCodeAt(i);
        if (x !== y) return rank(x) - rank(y);
    }
    return a.length - b.length;

    // Surrogates stand for what comes after everything else.
    function rank(unit) {
        return unit >= 0xD800 && unit <= 0xDFFF ? unit + 0x10000 : unit;
    }
}

/** Whether a text surely has no more objects and arrays than a given number. */
function hasFewer(json, most) {
    let left = most;
    for (let at = json.indexOf('{'); at >= 0 && left >= 0; at = json.indexOf('{', at + 1)) left--;
    for (let at = json.indexOf('['); at >= 0 && left >= 0; at = json.indexOf('[', at + 1)) left--;
    return left >= 0;
}

/** How deep a JSON text nests, or `most` + 1 where it is deeper. */
function nesting(json, most) {
    const brackets = json.replace(/"(?:[^"\\]+|\\.)*"|[^\[\]{}"]+/g, '');
    let depth = 0, deepest = 0;
    for (let i = 0; i < brackets.length && deepest <= most; i++) {
        const isOpen = brackets[i] === '[' || brackets[i] === '{';
        depth += isOpen ? 1 : -1;
        if (depth > deepest) deepest = depth;
    }
    return deepest;
}

/** The numbers that errors of document operations have. */
global.ErrorCodes = Object.freeze({
    BadRequest: 400, Forbidden: 403, NotFound: 404, Conflict: 409, PreconditionFailed: 412, RequestEntityTooLarge: 413,
    RetryWith: 449, InternalServerError: 500
});

/** `new Error(number, message)` gives an error with a number, as Cosmos DB's engine has it; all other forms are JavaScript's own. */
global.Error = (function () {
    function make(target, given, newTarget) {
        if (typeof given[0] !== 'number' || given.length < 2) return Reflect.construct(target, given, newTarget);
        const error = Reflect.construct(target, [given[1]], newTarget);
        error.number = given[0];
        return error;
    }

    return new Proxy(NativeError, {
        construct: make,
        apply: function (target, self, given) { return make(target, given, target); }
    });
})();

/** A clock that the engine sets. */
global.Date = (function () {
    const members = Object.getOwnPropertyDescriptors(NativeDate);
    delete members.prototype;
    members.now.value = function now() { return time(); };
    const Clock = function Date() {
        const given = Array.from(arguments);
        return new.target
            ? Reflect.construct(NativeDate, given.length === 0 ? [time()] : given, new.target === Clock ? NativeDate : new.target)
            : new NativeDate(time()).toString();
    };
    Clock.prototype = NativeDate.prototype;
    NativeDate.prototype.constructor = Clock;
    return Object.defineProperties(Clock, members);
})();
