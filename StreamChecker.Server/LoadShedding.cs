using StreamChecker.Api;

namespace StreamChecker.Server;

/// <summary>
/// Refuses at once what would only wait: so many calls are worked on at a time, however many connections there are, and
/// those keep their latency. Health is always answered.
/// </summary>
internal static class LoadShedding
{
    /// <summary>More than a disk's slowest sync can use up in one batch, and few enough to be done within the deadline.</summary>
    private const int CallsAtOnce = 1024;

    public static void UseLoadShedding(this WebApplication app)
    {
        var calls = 0;
        app.Use(async (context, next) =>
        {
            if (OpenToAll.Marks(context))
            {
                await next(context);
                return;
            }

            try
            {
                await (Interlocked.Increment(ref calls) <= CallsAtOnce ? next(context) : StreamApi.AnswerBusy(context));
            }
            finally
            {
                Interlocked.Decrement(ref calls);
            }
        });
    }
}
