using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StreamChecker.Http;

/// <summary>
/// Disables the ASP.NET Core category that logs request URLs and adds the path to the scope of every log record: a path contains a
/// record ID, a query a user ID. No setting enables it again.
/// </summary>
internal sealed class SuppressUrlLogging : IPostConfigureOptions<LoggerFilterOptions>
{
    private const string Category = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        // A rule for one provider has precedence over a rule for all providers, even if it is less specific.
        var providers = options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList();
        foreach (var provider in providers)
        {
            options.Rules.Add(new(provider, Category, LogLevel.None, filter: null));
        }
    }
}
