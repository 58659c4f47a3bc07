using System.Buffers;

namespace InProcessCosmos.Scripts;

/// <summary>Runs the server-side library and one stored procedure, for one thread.</summary>
internal interface IScriptHost : IDisposable
{
    /// <summary>The index in the batch of the running call, or of the one that ran when the host was aborted.</summary>
    int Running { get; }

    /// <summary>Whether the next run needs another host, because this one may have kept state of the last run.</summary>
    bool IsSpent { get; }

    /// <summary>Runs a batch of calls, or the first of them, and writes their results.</summary>
    /// <exception cref="ScriptAbortedException">The running call was aborted. This host must not be used again.</exception>
    void Run(ReadOnlySpan<char> batch, IBufferWriter<char> results);
}

/// <summary>A call of the library to the engine.</summary>
/// <param name="kind">The function.</param>
/// <param name="index">The index of the partition or of the call, depending on the function.</param>
/// <param name="text">The argument of the function.</param>
/// <exception cref="ScriptAbortedException">The script is to be aborted.</exception>
internal delegate string? ScriptQuestion(string kind, int index, string text);

/// <summary>A script was aborted. Its host is discarded, since its state is unknown.</summary>
/// <param name="outcome">The call's outcome; null if another host may run the call.</param>
internal sealed class ScriptAbortedException(ScriptOutcome.Failed? outcome) : Exception(outcome?.Message)
{
    public ScriptOutcome.Failed? Outcome => outcome;
}
