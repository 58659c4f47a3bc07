using System.Reflection;
using System.Text;

namespace InProcessCosmos.Scripts;

/// <summary>
/// Cosmos DB's server-side library, in JavaScript: the files of <c>Library</c>, in the order of their names, as one function of a
/// question to the engine and what is known of the container. It returns the functions that run calls. One text for all hosts.
/// </summary>
internal static class ServerSideLibrary
{
    /// <summary>What frames of a stack that belong to the library are known by.</summary>
    public const string Name = "server-side library";

    public static string Text { get; } = Read();

    private static string Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var text = new StringBuilder("(function (ask, environment) {\n");
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("library/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            text.Append(reader.ReadToEnd());
        }

        return text.Append("})").ToString();
    }
}
