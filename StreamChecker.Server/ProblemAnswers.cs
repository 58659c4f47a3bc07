using StreamChecker.Api;
using StreamChecker.Api.Contract;

namespace StreamChecker.Server;

/// <summary>Gives what the web server answers by itself (unknown route, wrong method) the same form as every other refusal.</summary>
internal static class ProblemAnswers
{
    public static void UseProblemAnswers(this IApplicationBuilder app) => app.UseWhen(
        IsNoCall, strays => strays.UseStatusCodePages(context => StreamApi.AnswerStatus(context.HttpContext)));

    /// <summary>A call answers for itself.</summary>
    private static bool IsNoCall(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<CallContract>() is null;
}
