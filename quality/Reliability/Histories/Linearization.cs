namespace StreamChecker.Reliability.Histories;

/// <summary>What the search for an order came to.</summary>
/// <param name="Found">Whether there is an order of the calls in which the rules give every answer that was seen.</param>
/// <param name="Tried">How many orders and parts of orders were looked at.</param>
/// <param name="Story">Where there is none: the longest part of an order, and the calls that do not fit behind it.</param>
internal sealed record Linearization(bool Found, long Tried, string? Story);
