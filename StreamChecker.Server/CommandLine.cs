using System.Reflection;

namespace StreamChecker.Server;

/// <summary>The command-line arguments.</summary>
internal static class CommandLine
{
    private const string Help =
        """
        Stream Checker: counts a user's active streams and admits one more, in one transaction.

        usage: StreamChecker.Server [--urls http://127.0.0.1:7071] [--<setting> <value>]...

          --urls       addresses to listen on, separated by semicolons
          --help       prints this help
          --version    prints the version

        Settings are environment variables, members of appsettings.json, or arguments: the environment variable
        StreamChecker__LeaseSeconds is the argument --StreamChecker:LeaseSeconds.
        """;

    private static readonly string[] Single = ["urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "webroot", "AllowedHosts"];
    private static readonly string[] Sections = [StreamCheckerOptions.Section, "Logging", "Kestrel", "hostBuilder"];

    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The text to print instead of starting; null to start.</summary>
    public static string? Print(string[] args) =>
        args.Any(word => word is "--help" or "-h" or "-?" or "/?") ? Help
        : args.Contains("--version") ? Version
        : null;

    /// <summary>Rejects unknown arguments, which would otherwise be ignored.</summary>
    /// <exception cref="StartupException">An argument is unknown.</exception>
    public static void Check(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var word = args[i];
            var isOption = word.StartsWith("--", StringComparison.Ordinal) || (word.StartsWith('/') && !word.Contains('/', 1));
            var (name, hasValue) = word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (word[..at], true) : (word, false);
            if (!isOption && !hasValue)
            {
                throw new StartupException($"The argument {word} is unknown. Try --help.");
            }

            name = name.TrimStart('-', '/');
            if (!IsKnown(name))
            {
                throw new StartupException(
                    $"The option --{name} is unknown. Did you mean --{Nearest.To(name, [.. Single, "help", "version", .. KnownSettings.Names])}?");
            }

            if (!hasValue && ++i == args.Length)
            {
                throw new StartupException($"The option --{name} has no value.");
            }
        }
    }

    /// <summary><see cref="KnownSettings"/> checks the settings below <c>StreamChecker</c>.</summary>
    private static bool IsKnown(string name) =>
        Single.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Sections.Any(section => $"{name}:".StartsWith(section + ":", StringComparison.OrdinalIgnoreCase))
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase);

    private static bool Contains(this string text, char letter, int from) => text.IndexOf(letter, from) >= 0;
}
