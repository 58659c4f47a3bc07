using System.Diagnostics;
using Jint;

namespace StreamChecker.Embedded.Scripts;

/// <summary>Counts a run's statements and, now and then, looks at the clock. It throws when either is used up.</summary>
internal sealed class ScriptBudget(ScriptLimits limits) : Constraint
{
    private const int StatementsBetweenLooks = 4096;

    private long began;
    private int statements;
    private int operations;

    /// <summary>Whether one more document operation is accepted.</summary>
    public bool TryAcceptOperation() =>
        ++operations <= limits.Operations && Stopwatch.GetElapsedTime(began) < limits.AcceptedTime;

    public override void Check()
    {
        if (++statements % StatementsBetweenLooks == 0)
        {
            Look();
        }
    }

    /// <summary>Every run begins anew; the engine also resets its constraints by itself, within a run.</summary>
    public void Begin()
    {
        statements = 0;
        operations = 0;
        began = Stopwatch.GetTimestamp();
    }

    public override void Reset()
    {
    }

    private void Look()
    {
        if (statements > limits.Statements)
        {
            throw new ScriptAbortedException(new(403, $"The script ran more than {limits.Statements} statements."));
        }

        if (Stopwatch.GetElapsedTime(began) > limits.Time)
        {
            throw new ScriptAbortedException(new(408, $"The script ran longer than {limits.Time.TotalSeconds} seconds."));
        }
    }
}
