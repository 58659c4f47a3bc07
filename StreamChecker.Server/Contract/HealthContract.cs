using StreamChecker.Http;
namespace StreamChecker.Server.Contract;

/// <summary>The calls of probes.</summary>
public static class HealthContract
{
    private const string Subject = "Health";

    /// <summary><c>GET /health/live</c></summary>
    public static readonly CallContract Live = new("Live", Subject, "Tells that the process answers")
    {
        Description = "For liveness probes: where it fails, only a restart can help. It needs no key.",
        Answers = [CallAnswer.Ok<Health>("It does.")],
    };

    private static readonly CallAnswer NotReady = CallAnswer.Refusal(
        StatusCodes.Status503ServiceUnavailable, "It does not. `detail` says why.", ProblemContract.StoreUnavailable);

    /// <summary><c>GET /health/ready</c></summary>
    public static readonly CallContract Ready = new("Ready", Subject, "Reports whether the store works, too")
    {
        Description =
            "For readiness probes. The embedded store is ready where writes reach its disk; Cosmos DB is where a read of one partition succeeds, which does not prove a write. " +
            "The store is probed at most once a second, and one probe at a time, however many ask. It needs no key.",
        Answers = [CallAnswer.Ok<Health>("It does."), NotReady],
    };
}
