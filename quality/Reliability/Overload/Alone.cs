namespace StreamChecker.Reliability.Overload;

/// <summary>Tests that measure, and so run when no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
