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

    /// <summary><c>GET /health/ready</c></summary>
    public static readonly CallContract Ready = new("Ready", Subject, "Tells whether the store answers, too")
    {
        Description = "For readiness probes: it makes one call to the store. It needs no key.",
        Answers = [CallAnswer.Ok<Health>("It does."), SharedAnswers.StoreUnavailable],
    };
}
