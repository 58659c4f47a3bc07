using System.Buffers;

namespace InProcessCosmos.Scripts;

/// <summary>What runs the server-side library and one stored procedure, for one thread.</summary>
internal interface IScriptHost : IDisposable
{
    /// <summary>The index in its batch of the call that runs, or ran when the host was ended.</summary>
    int Running { get; }

    /// <summary>Whether the next run needs another host: this one may still have something of the last run.</summary>
    bool IsSpent { get; }

    /// <summary>Runs a batch of calls, or the first of them, and writes what they came to.</summary>
    /// <exception cref="ScriptAbortedException">The running call was ended where it stood. This host must not be used again.</exception>
    void Run(ReadOnlySpan<char> batch, IBufferWriter<char> results);
}

/// <summary>What the library asks while it runs.</summary>
/// <param name="kind">What it is about.</param>
/// <param name="index">Of the partition, or of the call.</param>
/// <param name="text">What else there is to say.</param>
/// <exception cref="ScriptAbortedException">The answer is that the script is ended.</exception>
internal delegate string? ScriptQuestion(string kind, int index, string text);

/// <summary>A script was ended where it stood. Its host is thrown away: the state it was left in is unknown.</summary>
/// <param name="outcome">What its caller gets; null where another host may run the call.</param>
internal sealed class ScriptAbortedException(ScriptOutcome.Failed? outcome) : Exception(outcome?.Message)
{
    public ScriptOutcome.Failed? Outcome => outcome;
}
