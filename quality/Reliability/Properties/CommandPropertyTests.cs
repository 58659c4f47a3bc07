using Xunit.Abstractions;

namespace StreamChecker.Reliability.Properties;

/// <summary>
/// For any commands, in any order, at any moments and with any adjustment of the machine's clock, the procedure does what the
/// model does.
/// </summary>
public sealed class CommandPropertyTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Store.Embedded, 200)]
    [InlineData(Store.Cosmos, 100)]
    public async Task EverySequenceOfCommands_HasTheRepliesOfTheModel(Store kind, int sequences)
    {
        await using var store = await TestPartition.OpenPatientAsync(kind);
        var users = 0;

        PropertySuite.Check(output, sequences, steps =>
        {
            var run = new PropertyRun($"user {++users}");
            var rightTime = store.Now;
            foreach (var step in steps)
            {
                rightTime += run.WaitBefore(step, rightTime);
                store.ShowTime(rightTime + PropertyRun.Clocks[step.Clock]);
                var command = run.CommandOf(step);
                var response = store.Partitions.ExecuteAsync(command, CancellationToken.None).GetAwaiter().GetResult();

                Assert.Equal(ReplyText.Of(run.Expect(command, store.Now)), ReplyText.Of(response));
            }
        });
    }

    [Fact]
    public async Task TheSameCommands_HaveTheSameRepliesOnBothStores()
    {
        await using var embedded = await TestPartition.OpenPatientAsync(Store.Embedded);
        await using var cosmos = await TestPartition.OpenPatientAsync(Store.Cosmos);
        var users = 0;

        PropertySuite.Check(output, 75, steps =>
        {
            // The model only says where the moments of interest are; the replies are compared with each other.
            var run = new PropertyRun($"user {++users}");
            var rightTime = embedded.Now;
            foreach (var step in steps)
            {
                rightTime += run.WaitBefore(step, rightTime);
                embedded.ShowTime(rightTime + PropertyRun.Clocks[step.Clock]);
                cosmos.ShowTime(rightTime + PropertyRun.Clocks[step.Clock]);
                var command = run.CommandOf(step);
                var here = embedded.Partitions.ExecuteAsync(command, CancellationToken.None).GetAwaiter().GetResult();
                var there = cosmos.Partitions.ExecuteAsync(command, CancellationToken.None).GetAwaiter().GetResult();
                run.Expect(command, embedded.Now);

                Assert.Equal(ReplyText.Of(here), ReplyText.Of(there));
            }
        });
    }
}
