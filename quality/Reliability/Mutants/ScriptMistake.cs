namespace StreamChecker.Reliability.Mutants;

/// <summary>What stands in a script's text by mistake in place of what is there.</summary>
internal readonly record struct ScriptMistake(int Start, int End, string Text);
