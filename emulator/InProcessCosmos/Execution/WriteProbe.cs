namespace InProcessCosmos.Execution;

/// <summary>
/// Whether writes reach the disk: the users' own show it, and where there are none, a small one. There is never more than
/// one of those at a time, however long its sync takes.
/// </summary>
internal sealed class WriteProbe(GroupCommit commit)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    // No document's: see PartitionAddress.
    private static readonly byte[] Key = "probe"u8.ToArray();

    private readonly Lock starting = new();
    private Task<Exception?>? write;

    /// <summary>Null where they do; else why not.</summary>
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
