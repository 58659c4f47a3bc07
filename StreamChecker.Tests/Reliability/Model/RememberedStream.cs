namespace StreamChecker.Tests.Reliability.Model;

/// <summary>What a slot still knows of the stream that it held before.</summary>
internal sealed record RememberedStream(string RecordId, ModelEnding Ending);
