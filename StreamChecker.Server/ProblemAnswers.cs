using StreamChecker.Api;

namespace StreamChecker.Server;

/// <summary>Gives what the web server answers by itself (unknown route, wrong method) the same form as every other refusal.</summary>
internal static class ProblemAnswers
{
    public static void UseProblemAnswers(this IApplicationBuilder app) =>
        app.UseStatusCodePages(context => StreamApi.AnswerStatus(context.HttpContext));
}
