using System.Text.RegularExpressions;
using StreamChecker.Tests.Hosting;
using StreamChecker.Tests.Infrastructure;

namespace StreamChecker.Tests.Contract;

/// <summary><c>requests.http</c> has every call, and the Server knows each of its requests.</summary>
public sealed partial class RequestsFileTests
{
    private static readonly string File = RepositoryFiles.Text("requests.http");

    [Fact]
    public void EveryCall_IsInTheFile()
    {
        var requested = Requests().Select(request => CommittedContract.Find(request.Method, request.Path.Split('?')[0])?.Id).Distinct();

        Assert.Equal(
            CommittedContract.Operations.Select(operation => operation.Id).Order(StringComparer.Ordinal), requested.Order(StringComparer.Ordinal));
    }

    /// <summary>The ids in the file are those of the document's examples, so a Server may have forgotten them, but knows them for its own.</summary>
    [Fact]
    public async Task EveryRequest_IsAnswered()
    {
        await using var server = new StreamServer();
        var client = server.CreateClient();

        foreach (var (method, path, body) in Requests())
        {
            var answer = await client.SendAsync(
                new HttpMethod(method), path, body.Length == 0 ? null : System.Text.Encoding.UTF8.GetBytes(body), "application/json");

            Assert.True(answer.Status is not (System.Net.HttpStatusCode.BadRequest or System.Net.HttpStatusCode.NotFound), $"{method} {path}: {answer.Content}");
        }
    }

    private static IEnumerable<(string Method, string Path, string Body)> Requests()
    {
        var id = Id().Match(File).Groups[1].Value;
        return Request().Matches(File.Replace("{{id}}", id, StringComparison.Ordinal))
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value.Trim(), match.Groups[3].Value.Trim()));
    }

    [GeneratedRegex("^@id = (\\S+)$", RegexOptions.Multiline)]
    private static partial Regex Id();

    [GeneratedRegex("^([A-Z]+) \\{\\{host\\}\\}(\\S+)\n(?:[\\w-]+: .*\n)*(?:\n(\\{.*\\})\n)?", RegexOptions.Multiline)]
    private static partial Regex Request();
}
