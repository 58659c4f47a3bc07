using System.Diagnostics;
using Jint;

namespace InProcessCosmos.Scripts;

/// <summary>
/// The time limit of a run in Jint. The engine checks it periodically: a check before every statement costs as much as the script
/// itself.
/// </summary>
internal sealed class ScriptBudget(ScriptLimits limits) : Constraint
{
    private long began;

    public override bool IsAmortizable => true;

    public override void Check()
    {
        if (Stopwatch.GetElapsedTime(began) > limits.Time)
        {
            throw new ScriptAbortedException(ScriptOutcome.Failed.OutOfTime(limits));
        }
    }

    /// <summary>Starts the time limit of a run.</summary>
    public void Begin() => began = Stopwatch.GetTimestamp();

    /// <summary>Does nothing: the engine calls this before every callback, but the limit is for the whole run.</summary>
    public override void Reset()
    {
    }
}
