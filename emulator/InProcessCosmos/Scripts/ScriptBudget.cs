using System.Diagnostics;
using Jint;

namespace InProcessCosmos.Scripts;

/// <summary>
/// A run's time and its document operations. The engine looks at the time now and then, and not before every statement:
/// what it is asked before every statement costs as much as the script itself.
/// </summary>
internal sealed class ScriptBudget(ScriptLimits limits) : Constraint
{
    private long began;
    private int operations;

    public override bool IsAmortizable => true;

    /// <summary>Whether one more document operation is accepted.</summary>
    public bool TryAcceptOperation() =>
        ++operations <= limits.Operations && Stopwatch.GetElapsedTime(began) < limits.AcceptedTime;

    public override void Check()
    {
        if (Stopwatch.GetElapsedTime(began) > limits.Time)
        {
            throw new ScriptAbortedException(new(408, $"The script ran longer than {limits.Time.TotalSeconds} seconds."));
        }
    }

    /// <summary>Every run begins anew.</summary>
    public void Begin()
    {
        operations = 0;
        began = Stopwatch.GetTimestamp();
    }

    /// <summary>The engine resets its constraints by itself before every callback, within a run.</summary>
    public override void Reset()
    {
    }
}
