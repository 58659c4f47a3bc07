namespace StreamChecker.StoredProcedure;

/// <summary>Whether a store works, as a probe found it.</summary>
public abstract record StoreReadiness
{
    private StoreReadiness()
    {
    }

    /// <summary>It does.</summary>
    public sealed record Ready : StoreReadiness;

    /// <summary>It does not.</summary>
    /// <param name="Reason">Why, in one sentence that may be shown to every caller: it names no path, account or user.</param>
    public sealed record NotReady(string Reason) : StoreReadiness;
}
