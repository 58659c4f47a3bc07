namespace InProcessCosmos.Scripts;

/// <summary>A script was ended where it stood. Its engine is thrown away: nobody knows what state it was left in.</summary>
internal sealed class ScriptAbortedException(ScriptOutcome.Failed outcome) : Exception(outcome.Message)
{
    public ScriptOutcome.Failed Outcome => outcome;
}
