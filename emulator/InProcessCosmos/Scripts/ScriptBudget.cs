using System.Diagnostics;
using Jint;

namespace InProcessCosmos.Scripts;

/// <summary>
/// A run's time in Jint. The engine looks at it now and then, and not before every statement: what it is asked before every
/// statement costs as much as the script itself.
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

    /// <summary>Every run starts with a full budget.</summary>
    public void Begin() => began = Stopwatch.GetTimestamp();

    /// <summary>The engine resets its constraints by itself before every callback, within a run.</summary>
    public override void Reset()
    {
    }
}
