namespace StreamChecker.Server;

/// <summary>The Server will not start as it is told to. The message is one line that says why.</summary>
internal sealed class StartRefusedException(string message) : Exception(message);
