/** The numbers that errors of document operations have. */
globalThis.ErrorCodes = Object.freeze({
    BadRequest: 400, Forbidden: 403, NotFound: 404, Conflict: 409, PreconditionFailed: 412, RequestEntityTooLarge: 413,
    RetryWith: 449, InternalServerError: 500
});

/** `new Error(number, message)` gives an error with a number, as Cosmos DB's engine has it; all other forms are JavaScript's own. */
globalThis.Error = (function (native) {
    function make(target, given, newTarget) {
        if (typeof given[0] !== 'number' || given.length < 2) return Reflect.construct(target, given, newTarget);
        const error = Reflect.construct(target, [given[1]], newTarget);
        error.number = given[0];
        return error;
    }

    return new Proxy(native, {
        construct: make,
        apply: function (target, self, given) { return make(target, given, target); }
    });
})(Error);
