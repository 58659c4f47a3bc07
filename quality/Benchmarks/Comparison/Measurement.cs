using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Comparison;

/// <summary>One contender under one kind of load, in one round.</summary>
/// <param name="Contender">The contender's key.</param>
/// <param name="Connections">How many connections asked it.</param>
/// <param name="Mix">What was asked of it.</param>
/// <param name="HalfLoad">Whether it was asked at half of what it can, for its latency, and not as fast as it can.</param>
/// <param name="Round">Which round it was.</param>
/// <param name="Result">What the load generator saw.</param>
/// <param name="Cpu">Processor time of all the contender's processes, in microseconds a request.</param>
internal sealed record Measurement(string Contender, int Connections, MixKind Mix, bool HalfLoad, int Round, LoadResult Result, double Cpu);
