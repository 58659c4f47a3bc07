using StreamChecker.Http;
using StreamChecker.Server.Contract;

namespace StreamChecker.Server;

/// <summary>Gives what the web server answers by itself (unknown route, wrong method) the same form as every other refusal.</summary>
internal static class ProblemAnswers
{
    public static void UseProblemAnswers(this IApplicationBuilder app) => app.UseWhen(
        IsNoCall, rest => rest.UseStatusCodePages(context => StreamApi.AnswerStatus(context.HttpContext)));

    /// <summary>Whether no route of the service fits. One that fits answers for itself.</summary>
    private static bool IsNoCall(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<CallContract>() is null;
}
