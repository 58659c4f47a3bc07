namespace StreamChecker.Reliability.Properties;

/// <summary>One step of a property: let time pass, then run a command. Whom and what it means depends on the steps before.</summary>
/// <param name="Wait">Which wait comes first; 0 is none.</param>
/// <param name="Clock">Which clock the command is run by; 0 is the one that is right.</param>
/// <param name="Kind">Which command.</param>
/// <param name="Which">Which of the streams, keys, operations or limits seen so far.</param>
/// <param name="Variant">A detail of the command.</param>
public sealed record CommandStep(int Wait, int Clock, int Kind, int Which, int Variant);
