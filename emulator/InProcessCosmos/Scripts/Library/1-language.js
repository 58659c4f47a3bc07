// The built-in functions that the server-side library uses, saved before any script can change them; and the replacements of
// built-in objects for scripts: their clock and their errors.
//
// The files of this folder are one function body, in the order of their names (ServerSideLibrary.cs). Its parameters are `ask`, which
// calls the engine, and `environment`, which describes the container and the limits.

'use strict';

const global = globalThis, NativeDate = Date, NativeError = Error;
const parseJson = JSON.parse, writeJson = JSON.stringify, elapsedClock = Date.now, random = Math.random;

/** An error for a callback: with the status of Cosmos DB as its number, and its message in the form of the service. */
function failure(number, message) {
    const body = writeJson({ Errors: [message] }), error = new NativeError(body);
    error.number = number;
    error.body = body;
    return error;
}

function fail(message) {
    throw failure(400, message);
}

/** The type of a value, as messages name it. */
function typeOf(value) {
    return value === null ? 'null' : typeof value;
}

/** The length of a string in UTF-8 bytes; or in characters, if that suffices to compare it with `most`. */
function utf8Length(text, most) {
    if (text.length * 3 <= most || text.length > most || !/[^\x00-\x7F]/.test(text)) return text.length;
    const more = text.replace(/[\x00-\x7F]+/g, ''), most3 = more.replace(/[\x80-\u07FF\uD800-\uDFFF]+/g, '');
    return text.length + more.length + most3.length;
}

/** Compares two strings by their UTF-8 bytes, which is the order of their code points. */
function compareBytes(a, b) {
    const shorter = Math.min(a.length, b.length);
    for (let i = 0; i < shorter; i++) {
        const x = a.charCodeAt(i), y = b.charCodeAt(i);
        if (x !== y) return rank(x) - rank(y);
    }
    return a.length - b.length;

    // Surrogate pairs encode the code points after all others.
    function rank(unit) {
        return unit >= 0xD800 && unit <= 0xDFFF ? unit + 0x10000 : unit;
    }
}

/** Whether a JSON text certainly has no more objects and arrays than a given number. */
function hasFewer(json, most) {
    let left = most;
    for (let at = json.indexOf('{'); at >= 0 && left >= 0; at = json.indexOf('{', at + 1)) left--;
    for (let at = json.indexOf('['); at >= 0 && left >= 0; at = json.indexOf('[', at + 1)) left--;
    return left >= 0;
}

/** The nesting depth of a JSON text; `most` + 1 if it is deeper. */
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

/** The error numbers of document operations. */
global.ErrorCodes = Object.freeze({
    BadRequest: 400, Forbidden: 403, NotFound: 404, Conflict: 409, PreconditionFailed: 412, RequestEntityTooLarge: 413,
    RetryWith: 449, InternalServerError: 500
});

/** `new Error(number, message)` creates an error with a number, as in Cosmos DB; all other forms are standard. */
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

/** A Date with the engine's clock. */
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
