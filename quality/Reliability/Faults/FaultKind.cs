namespace StreamChecker.Reliability.Faults;

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

    /// <summary>400 with the number of an operation that the store could not do inside the script just now.</summary>
    BusyByNumber,

    /// <summary>400 with the text that the script throws then, and no number of use.</summary>
    BusyByText,

    /// <summary>403: the service holds back a script that took too much.</summary>
    Suspended,

    /// <summary>403/1008: the account is not in this region any longer.</summary>
    NotInThisRegion,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>The response or the request is slow.</summary>
    Slow,

    /// <summary>The connection ends in the middle of the response body.</summary>
    Cut,

    /// <summary>The response body is not what was sent.</summary>
    Garbled,
}
