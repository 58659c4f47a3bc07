namespace InProcessCosmos.Execution;

/// <summary>
/// Checks that writes are durable: recent writes of users prove it; without them, it writes a small value. Only one such write is in progress at
/// a time, regardless of the duration of its sync.
/// </summary>
internal sealed class WriteProbe(GroupCommit commit)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    // Not the key of a document: see PartitionAddress.
    private static readonly byte[] Key = "probe"u8.ToArray();

    private readonly Lock starting = new();
    private Task<Exception?>? write;

    /// <summary>Returns null if writes are durable, otherwise the failure.</summary>
    public Task<Exception?> RunAsync(CancellationToken cancellationToken)
    {
        if (commit.HasSucceededWithin(GoodFor))
        {
            return Task.FromResult<Exception?>(null);
        }

        lock (starting)
        {
            if (write is null or { IsCompleted: true })
            {
                write = WriteAsync();
            }

            return write.WaitAsync(cancellationToken);
        }
    }

    private Task<Exception?> WriteAsync()
    {
        var done = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        CommitBatch? batch = null;
        batch = new(() => done.SetResult(batch!.Failure));
        batch.Write(Key, []);
        commit.Take(batch);
        return done.Task;
    }
}
