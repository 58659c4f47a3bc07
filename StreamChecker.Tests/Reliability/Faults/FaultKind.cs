namespace StreamChecker.Tests.Reliability.Faults;

/// <summary>What may go wrong between the SDK and the account.</summary>
internal enum FaultKind
{
    /// <summary>429, with a time after which to come back.</summary>
    TooManyRequests,

    /// <summary>449: a conflict inside the store.</summary>
    RetryWith,

    /// <summary>408.</summary>
    RequestTimeout,

    /// <summary>503.</summary>
    ServiceUnavailable,

    /// <summary>410: the partition has moved.</summary>
    Gone,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>The answer, or the request, takes its time.</summary>
    Slow,

    /// <summary>The connection ends in the middle of the answer's body.</summary>
    Cut,

    /// <summary>The answer's body is not what was sent.</summary>
    Garbled,
}
