namespace StreamChecker.Embedded.Gateway;

/// <summary>What requests cost, in request units: rough figures of the right order, nothing to plan by.</summary>
internal static class Charges
{
    private const double ReadOfOneKilobyte = 1;
    private const double WriteOfOneKilobyte = 5;
    private const double Query = 2;

    public static double Read(int bytes) => ReadOfOneKilobyte * Kilobytes(bytes);

    public static double Write(int bytes) => WriteOfOneKilobyte * Kilobytes(bytes);

    public static double Feed(int bytes) => Query + (0.1 * Kilobytes(bytes));

    private static int Kilobytes(int bytes) => Math.Max(1, (bytes + 1023) / 1024);
}
