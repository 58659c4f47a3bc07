using NSubstitute;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Hosting;

/// <summary>Partition stores in trouble.</summary>
internal static class Stores
{
    public static IStreamPartitions Busy(TimeSpan retryAfter) => That(_ => new PartitionResult.Throttled(retryAfter));

    /// <summary>A store whose first response is lost, and which then is busy: the outcome of the first attempt is unknown.</summary>
    public static IStreamPartitions InDoubt(TimeSpan retryAfter)
    {
        var tries = 0;
        return That(_ => Interlocked.Increment(ref tries) == 1 ? new PartitionResult.Ambiguous("the connection was lost") : new PartitionResult.Throttled(retryAfter));
    }

    /// <summary>A store that takes no writes until an operator acts.</summary>
    public static IStreamPartitions Unwritable(string reason) => That(_ => new PartitionResult.Unwritable(reason, TimeSpan.FromSeconds(1)));

    public static IStreamPartitions Broken() => That(_ => throw new StoredProcedureException("secret detail"));

    /// <summary>A store that does not respond before the call is cancelled, and reports that it was called.</summary>
    public static IStreamPartitions Stalled(Action called)
    {
        var partitions = Substitute.For<IStreamPartitions>();
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>()).Returns(async call =>
        {
            called();
            await Task.Delay(Timeout.Infinite, call.Arg<CancellationToken>());
            return (PartitionResult)new PartitionResult.Throttled(TimeSpan.Zero);
        });
        partitions.ProbeAsync(Arg.Any<CancellationToken>()).Returns(async call =>
        {
            called();
            await Task.Delay(Timeout.Infinite, call.Arg<CancellationToken>());
            return (StoreReadiness)new StoreReadiness.Ready();
        });
        return partitions;
    }

    private static IStreamPartitions That(Func<StreamCommand, PartitionResult> respond)
    {
        var partitions = Substitute.For<IStreamPartitions>();
        partitions.ExecuteAsync(Arg.Any<StreamCommand>(), Arg.Any<CancellationToken>())
            .Returns(call => respond(call.Arg<StreamCommand>()));
        partitions.ExecuteMany(Arg.Any<IReadOnlyList<StreamCommand>>(), Arg.Any<CancellationToken>())
            .Returns(call => call.Arg<IReadOnlyList<StreamCommand>>().Select(command => Task.FromResult(respond(command))).ToArray());
        partitions.ProbeAsync(Arg.Any<CancellationToken>())
            .Returns(_ => new StoreReadiness.NotReady(respond(ListCommand.OfNoUser()).Explain()));
        return partitions;
    }
}
