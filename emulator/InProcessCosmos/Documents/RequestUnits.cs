namespace InProcessCosmos.Documents;

/// <summary>
/// What operations cost in Azure Cosmos DB, in request units: a model, for documents of a kilobyte in a container that
/// indexes next to nothing. The gateway charges by it, and docs/capacity.md is worked out by it.
/// </summary>
/// <remarks>
/// Documented: a read 1 (https://learn.microsoft.com/azure/cosmos-db/request-units). Assumed, on the safe side: a create or a
/// delete 5, a replace twice that, what a query of one partition costs beyond what it reads, and what a stored procedure
/// pays for its own time.
/// </remarks>
internal static class RequestUnits
{
    /// <summary>Assumed: a stored procedure's own time.</summary>
    public const double Script = 1;

    private const double ReadOfOneKilobyte = 1;
    private const double CreateOfOneKilobyte = 5;
    private const double ReplaceOfOneKilobyte = 10;
    private const double DeleteOfOneKilobyte = 5;

    /// <summary>Assumed: the least that queries are seen to cost.</summary>
    private const double AnyQuery = 2.3;
    private const double QueriedKilobyte = 0.1;

    public static double Read(int bytes) => ReadOfOneKilobyte * Kilobytes(bytes);

    public static double Create(int bytes) => CreateOfOneKilobyte * Kilobytes(bytes);

    public static double Replace(int bytes) => ReplaceOfOneKilobyte * Kilobytes(bytes);

    public static double Delete(int bytes) => DeleteOfOneKilobyte * Kilobytes(bytes);

    public static double Query(int bytes) => AnyQuery + (QueriedKilobyte * Kilobytes(bytes));

    private static int Kilobytes(int bytes) => Math.Max(1, (bytes + 1023) / 1024);
}
