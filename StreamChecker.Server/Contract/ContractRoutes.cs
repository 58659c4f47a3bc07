
namespace StreamChecker.Server.Contract;

/// <summary>Puts a call's contract at its route, in the words of ASP.NET Core's metadata as far as these go.</summary>
public static class ContractRoutes
{
    /// <summary>Says what the route's call takes and answers.</summary>
    public static RouteHandlerBuilder WithContract(this RouteHandlerBuilder route, CallContract contract)
    {
        route.WithName(contract.Name).WithTags(contract.Subject).WithSummary(contract.Summary).WithMetadata(contract);
        if (contract.Description is { } description)
        {
            route.WithDescription(description);
        }

        // Not `Accepts`: routing would answer 415 by it, before the service's own code and differently from the other host.
        foreach (var answer in contract.Answers)
        {
            var type = answer.Problems is [var problem, ..] ? problem.Body : answer.Body ?? (answer.ContentType is null ? typeof(void) : typeof(string));
            route.WithMetadata(new ProducesResponseTypeMetadata(answer.Status, type, answer.ContentType is { } contentType ? [contentType, .. answer.OtherContentTypes] : []));
        }

        return route;
    }
}
