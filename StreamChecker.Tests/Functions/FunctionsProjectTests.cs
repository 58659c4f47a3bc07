using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace StreamChecker.Tests.Functions;

/// <summary>The Functions project as files.</summary>
public sealed partial class FunctionsProjectTests
{
    private static XDocument Project => XDocument.Parse(RepositoryFiles.Text("StreamChecker.Functions/StreamChecker.Functions.csproj"));

    [Fact]
    public void TheSolution_BuildsEveryProject()
    {
        var solution = RepositoryFiles.Text("StreamChecker.sln");
        var projects = ProjectLine().Matches(solution).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["id"].Value);

        Assert.Contains("StreamChecker.Functions", projects.Keys);
        Assert.All(projects, project =>
        {
            Assert.Contains($"{project.Value}.Debug|Any CPU.ActiveCfg", solution, StringComparison.Ordinal);
            Assert.Contains($"{project.Value}.Debug|Any CPU.Build.0", solution, StringComparison.Ordinal);
            Assert.Contains($"{project.Value}.Release|Any CPU.Build.0", solution, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void TheSettingsFilesOfTheRoot_AreLinkedNextToTheProgram()
    {
        var links = Project.Descendants("None").ToDictionary(link => link.Attribute("Include")!.Value, link => link);

        var host = links["../host.json"];
        Assert.Equal(
            ("host.json", "PreserveNewest", "PreserveNewest"),
            (host.Attribute("Link")!.Value, host.Attribute("CopyToOutputDirectory")!.Value, host.Attribute("CopyToPublishDirectory")!.Value));

        // A developer's own settings go nowhere; a clone has none.
        var local = links["../local.settings.json"];
        Assert.Equal(
            ("local.settings.json", "PreserveNewest", "Never", "Exists('../local.settings.json')"),
            (local.Attribute("Link")!.Value, local.Attribute("CopyToOutputDirectory")!.Value, local.Attribute("CopyToPublishDirectory")!.Value, local.Attribute("Condition")!.Value));
        Assert.Contains("local.settings.json", RepositoryFiles.Text(".gitignore").Split('\n').Select(line => line.Trim()));
    }

    [Fact]
    public void TheHost_TakesTheRoutesAsTheyAre()
    {
        using var host = JsonDocument.Parse(RepositoryFiles.Text("host.json"));

        Assert.Equal("2.0", host.RootElement.GetProperty("version").GetString());
        Assert.Equal("", host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
        Assert.Equal("OpenTelemetry", host.RootElement.GetProperty("telemetryMode").GetString());
    }

    /// <summary>
    /// In OpenTelemetry mode the host's own filter of <c>Function.*</c> outranks the default level: only the full name of a
    /// function outranks that filter. Without it the host writes several rows for each call.
    /// </summary>
    [Fact]
    public void TheHost_LogsOfEachFunctionWhatItShouldAndNoMore()
    {
        using var host = JsonDocument.Parse(RepositoryFiles.Text("host.json"));
        var levels = host.RootElement.GetProperty("logging").GetProperty("OpenTelemetry").GetProperty("logLevel").EnumerateObject()
            .Select(level => (level.Name, level.Value.GetString()));

        var functions = Trigger.All.Select(trigger => ($"Function.{trigger.Name}", (string?)"Warning")).Distinct();
        Assert.Equal(functions.Order(), levels.Order());
    }

    [GeneratedRegex("""^Project\("[^"]+"\) = "(?<name>[^"]+)", "[^"]+\.csproj", "(?<id>[^"]+)"\r?$""", RegexOptions.Multiline)]
    private static partial Regex ProjectLine();
}
