using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Rules;

/// <summary>The stored procedure that the tests of the rules run: <c>streams.js</c>, where nothing else was put in its place.</summary>
internal static class ProcedureUnderTest
{
    private static readonly AsyncLocal<string?> Instead = new();

    public static string Body => Instead.Value ?? StreamsProcedure.Body;

    public static bool IsReplaced => Instead.Value is not null;

    /// <summary>Puts another text in its place, for what is called from here.</summary>
    public static void Replace(string body) => Instead.Value = body;
}
