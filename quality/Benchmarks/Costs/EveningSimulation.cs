using System.IO.Hashing;

namespace StreamChecker.Benchmarks.Costs;

/// <summary>
/// A few minutes of a big evening, second by second: viewers are hashed over the physical partitions, send heartbeats in
/// the second of the interval in which they began, and in the middle a match begins. Requests over a partition's
/// throughput in a second get 429 and are repeated in the next second.
/// </summary>
internal sealed class EveningSimulation(int viewers, int partitions, OperationCharges charges, int seed)
{
    public const int Seconds = 300;
    public const int KickOff = 120;
    public const int KickOffSeconds = 30;
    public const int Interval = 30;

    /// <summary>The share of the viewers who watch before the match.</summary>
    public const double Before = 0.9;

    private readonly double[,] wanted = new double[Seconds, partitions];

    /// <summary>Computes the request units that each partition needs in each second, if nothing is rejected.</summary>
    public void Run()
    {
        var random = new Random(seed);
        var beats = new int[Interval, partitions];
        Span<byte> user = stackalloc byte[8];
        var there = (int)(viewers * Before);
        for (var viewer = 0; viewer < there; viewer++)
        {
            beats[random.Next(Interval), PartitionOf(user, viewer)]++;
        }

        // The match: the others start within half a minute, most of them at its beginning, and then send heartbeats in step.
        var joining = new int[Seconds, partitions];
        for (var viewer = there; viewer < viewers; viewer++)
        {
            var moment = KickOff + (int)(KickOffSeconds * Math.Pow(random.NextDouble(), 2));
            joining[moment, PartitionOf(user, viewer)]++;
        }

        var startsPerSecond = there / (45.0 * 60) / partitions;
        for (var second = 0; second < Seconds; second++)
        {
            for (var partition = 0; partition < partitions; partition++)
            {
                // Starts, and as many stops, are Poisson-distributed around their mean.
                var arrivals = Poisson(random, startsPerSecond);
                wanted[second, partition] += (beats[second % Interval, partition] * charges.Heartbeat.Units)
                    + (joining[second, partition] * charges.Start.Units)
                    + (arrivals * (charges.Start.Units + charges.Stop.Units));
            }

            for (var partition = 0; partition < partitions; partition++)
            {
                beats[second % Interval, partition] += joining[second, partition];
            }
        }
    }

    /// <summary>The smallest, the median and the largest load of a partition before the match, in request units a second.</summary>
    public (double Least, double Median, double Most) Spread()
    {
        var means = Enumerable.Range(0, partitions)
            .Select(partition => Enumerable.Range(0, KickOff).Average(second => wanted[second, partition]))
            .Order()
            .ToArray();
        return (means[0], means[means.Length / 2], means[^1]);
    }

    /// <summary>The largest load of a partition in one second before the match, and after it began.</summary>
    public (double Quiet, double Match) BusiestSecond() => (Most(0, KickOff), Most(KickOff, Seconds));

    /// <summary>The share of all request units whose first attempt is rejected, and the second after kick-off of the last rejection.</summary>
    public (double QuietShare, double MatchShare, int LastRejection) Throttled(double unitsOfPartition)
    {
        double quiet = 0, match = 0, quietAll = 0, matchAll = 0;
        var last = -1;
        for (var partition = 0; partition < partitions; partition++)
        {
            double carried = 0;
            for (var second = 0; second < Seconds; second++)
            {
                var asked = wanted[second, partition] + carried;
                carried = Math.Max(0, asked - unitsOfPartition);
                if (second < KickOff)
                {
                    quiet += carried;
                    quietAll += wanted[second, partition];
                }
                else
                {
                    match += carried;
                    matchAll += wanted[second, partition];
                    last = carried > 0 ? Math.Max(last, second - KickOff) : last;
                }
            }
        }

        return (quiet / quietAll, match / matchAll, last);
    }

    private double Most(int from, int until)
    {
        double most = 0;
        for (var second = from; second < until; second++)
        {
            for (var partition = 0; partition < partitions; partition++)
            {
                most = Math.Max(most, wanted[second, partition]);
            }
        }

        return most;
    }

    private int PartitionOf(Span<byte> user, int viewer)
    {
        BitConverter.TryWriteBytes(user, (long)viewer + ((long)seed << 32));

        // Cosmos DB hashes the partition key, too, and gives each physical partition an equal range of hashes.
        return (int)((UInt128)XxHash64.HashToUInt64(user) * (uint)partitions >> 64);
    }

    private static int Poisson(Random random, double mean)
    {
        // Close enough to the normal distribution at the means that occur here.
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * normal)));
    }
}
