using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StreamChecker.Http;

/// <summary>
/// Silences the one category of ASP.NET Core that writes requests with their URLs, and puts the path into every log's
/// scope: a path holds a record's id, a query a user's. No setting turns it on again.
/// </summary>
internal sealed class SuppressUrlLogging : IPostConfigureOptions<LoggerFilterOptions>
{
    private const string Category = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        // A rule for one provider goes before a rule for all of them, however general it is.
        var providers = options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList();
        foreach (var provider in providers)
        {
            options.Rules.Add(new(provider, Category, LogLevel.None, filter: null));
        }
    }
}
