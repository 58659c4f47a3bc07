namespace StreamChecker.Embedded.Scripts;

/// <summary>A script was ended from outside. Its engine is thrown away: nobody knows what state it was left in.</summary>
internal sealed class ScriptAbortedException(int status, string message) : Exception(message)
{
    public int Status => status;
}
