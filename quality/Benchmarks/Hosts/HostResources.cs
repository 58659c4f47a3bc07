using System.Reflection;

namespace StreamChecker.Benchmarks.Hosts;

/// <summary>The contenders' own scripts, in this assembly.</summary>
internal static class HostResources
{
    public static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
