using System.Reflection;
using System.Text;

namespace InProcessCosmos.Scripts;

/// <summary>
/// Cosmos DB's server-side library in JavaScript: the files of <c>Library</c>, in the order of their names, as one function. Its parameters are
/// a function that calls the engine, and the environment. It returns the functions that run calls. Both hosts use the same text.
/// </summary>
internal static class ServerSideLibrary
{
    /// <summary>The name of the library's source, by which its stack frames are recognized.</summary>
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
