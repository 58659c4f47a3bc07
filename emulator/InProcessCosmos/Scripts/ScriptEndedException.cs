namespace InProcessCosmos.Scripts;

/// <summary>The script has ended itself with <c>getContext().abort</c>. Nothing in the script catches this.</summary>
internal sealed class ScriptEndedException : Exception;
