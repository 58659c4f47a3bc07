using System.Reflection;

namespace StreamChecker.Server;

/// <summary>The words behind the program's name.</summary>
internal static class CommandLine
{
    private const string Help =
        """
        Stream Checker: how many streams does a user have running, and may one more start?

        usage: StreamChecker.Server [--urls http://127.0.0.1:7071] [--<setting> <value>]...

          --urls       where to listen; several addresses with semicolons between them
          --help       prints this
          --version    prints the version

        Settings are environment variables, members of appsettings.json, or words: the environment variable
        StreamChecker__LeaseSeconds is --StreamChecker:LeaseSeconds here.
        """;

    private static readonly string[] Single = ["urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "webroot", "AllowedHosts"];
    private static readonly string[] Sections = [StreamCheckerOptions.Section, "Logging", "Kestrel", "hostBuilder"];

    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>What the words ask to be printed instead of a start; null where they ask for a start.</summary>
    public static string? Print(string[] args) =>
        args.Any(word => word is "--help" or "-h" or "-?" or "/?") ? Help
        : args.Contains("--version") ? Version
        : null;

    /// <summary>Rejects a word that nothing would read: it would be ignored without a sign.</summary>
    /// <exception cref="StartupException">There is such a word.</exception>
    public static void Check(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var word = args[i];
            var isOption = word.StartsWith("--", StringComparison.Ordinal) || (word.StartsWith('/') && !word.Contains('/', 1));
            var (name, hasValue) = word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (word[..at], true) : (word, false);
            if (!isOption && !hasValue)
            {
                throw new StartupException($"The word {word} on the command line means nothing. Try --help.");
            }

            name = name.TrimStart('-', '/');
            if (!IsKnown(name))
            {
                throw new StartupException(
                    $"The option --{name} on the command line is not known. Did you mean --{Nearest.To(name, [.. Single, "help", "version", .. KnownSettings.Names])}?");
            }

            if (!hasValue && ++i == args.Length)
            {
                throw new StartupException($"The option --{name} on the command line has no value.");
            }
        }
    }

    /// <summary>What is known below <c>StreamChecker</c>, <see cref="KnownSettings"/> says.</summary>
    private static bool IsKnown(string name) =>
        Single.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Sections.Any(section => $"{name}:".StartsWith(section + ":", StringComparison.OrdinalIgnoreCase))
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase);

    private static bool Contains(this string text, char letter, int from) => text.IndexOf(letter, from) >= 0;
}
