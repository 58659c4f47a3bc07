using NSubstitute;
using StreamChecker.Partitions;

namespace StreamChecker.Tests.Hosting;

/// <summary>Partition stores in trouble.</summary>
internal static class Stores
{
    public static IStreamPartitions Busy(TimeSpan retryAfter) => That(_ => new PartitionAnswer.Throttled(retryAfter));

    public static IStreamPartitions Broken() => That(_ => throw new StoredProcedureException("secret detail"));

    private static IStreamPartitions That(Func<StreamCommand, PartitionAnswer> answer)
    {
        var partitions = Substitute.For<IStreamPartitions>();
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>())
            .Returns(call => answer(call.Arg<StreamCommand>()));
        return partitions;
    }
}
