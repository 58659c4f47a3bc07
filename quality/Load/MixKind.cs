namespace StreamChecker.Load;

/// <summary>Which requests are sent.</summary>
internal enum MixKind
{
    /// <summary>Starts of users who have nothing running: all admitted.</summary>
    Starts,

    /// <summary>Starts of users who are at their limit: all rejected.</summary>
    Rejections,

    /// <summary>Heartbeats of live streams, each of another one.</summary>
    Heartbeats,

    /// <summary>Starts of one user, each of which ends the oldest stream once the limit is reached.</summary>
    HotUser,
}
