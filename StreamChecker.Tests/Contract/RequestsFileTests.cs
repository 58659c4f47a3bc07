using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Contract;

/// <summary><c>requests.http</c> has every call, and works from top to bottom as it is.</summary>
public sealed partial class RequestsFileTests
{
    private static readonly string File = RepositoryFiles.Text("requests.http").ReplaceLineEndings("\n");

    [Fact]
    public async Task EveryCall_IsInTheFile()
    {
        await using var server = Server();

        var requested = (await PlayAsync(server)).Select(sent => CommittedContract.Find(sent.Method, sent.Path.Split('?')[0])?.Id).Distinct();

        Assert.Equal(
            CommittedContract.Operations.Select(operation => operation.Id).Order(StringComparer.Ordinal), requested.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task EveryRequest_SucceedsFromTopToBottom_AsOftenAsTheFileIsPlayed()
    {
        await using var server = Server();

        for (var time = 0; time < 5; time++)
        {
            Assert.All(await PlayAsync(server), sent => Assert.True(sent.Response.Message.IsSuccessStatusCode, $"{sent.Method} {sent.Path}: {sent.Response.Content}"));
        }
    }

    [Fact]
    public async Task EveryRequestThatNamesAStream_ReachesOneThatIsActive()
    {
        await using var server = Server();

        var sent = await PlayAsync(server);

        Assert.Equal("Laptop", sent[5].Response.Body.GetProperty("replaced")[0].GetProperty("deviceName").GetString());
        Assert.Equal(["Living room", "Kitchen"], sent[6].Response.Devices);
        Assert.Equal(1, sent[8].Response.Number("stopped"));
    }

    [Fact]
    public void EveryCallThatTakesAKeyAgainstRepeats_SendsANewOneEachTime() => Assert.All(
        Requests().Where(request => request.Path.StartsWith('/') && CommittedContract.Operations.Any(operation =>
            operation.Id == CommittedContract.Find(request.Method, request.Path.Split('?')[0])?.Id
            && operation.Json.ToJsonString().Contains("\"Idempotency-Key\"", StringComparison.Ordinal))),
        request => Assert.EndsWith("-{{$timestamp}}", request.Headers["Idempotency-Key"], StringComparison.Ordinal));

    [Fact]
    public void NoServiceKey_IsInTheFile() => Assert.DoesNotContain(Requests(), request => request.Headers.ContainsKey("x-functions-key"));

    private static StreamServer Server() => new StreamServer().With("PlayerKeys", ExampleScript.PlayerKey);

    private static async Task<IReadOnlyList<Sent>> PlayAsync(StreamServer server)
    {
        var client = server.CreateClient();
        var variables = Variable().Matches(File).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        var sent = new List<Sent>();
        foreach (var request in Requests())
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            variables["$timestamp"] = server.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            var (path, body) = (Filled(request.Path), Filled(request.Body));
            var response = await client.SendAsync(
                new HttpMethod(request.Method), path, body.Length == 0 ? null : Encoding.UTF8.GetBytes(body), request.Headers.GetValueOrDefault("Content-Type", "application/json"),
                [.. request.Headers.Where(header => header.Key != "Content-Type").Select(header => (header.Key, (string?)Filled(header.Value)))]);
            if (request.Name.Length > 0)
            {
                variables[$"{request.Name}.response.body.$.id"] = response.Id;
                variables[$"{request.Name}.response.body.$.player.url"] = new Uri(response.Body.GetProperty("player").GetProperty("url").GetString()!).AbsolutePath;
            }

            sent.Add(new(request.Method, path, response));
        }

        return sent;

        string Filled(string text) => Reference().Replace(text, match => variables[match.Groups["name"].Value]);
    }

    private static IEnumerable<Request> Requests() => RequestText().Matches(File).Select(match => new Request(
        match.Groups["name"].Value,
        match.Groups["method"].Value,
        match.Groups["path"].Value,
        match.Groups["header"].Captures.Select(header => header.Value.Split(": ")).ToDictionary(header => header[0], header => header[1]),
        match.Groups["body"].Value));

    private sealed record Request(string Name, string Method, string Path, Dictionary<string, string> Headers, string Body);

    private sealed record Sent(string Method, string Path, ApiResponse Response);

    [GeneratedRegex(@"(?m)^@(?<name>\w+) = (?<value>\S+)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{(?<name>[^}]+)\}\}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?m)^### .+\n(?:# @name (?<name>\w+)\n)?(?<method>[A-Z]+) (?:\{\{host\}\})?(?<path>(?:/|\{\{\w+\.response\.)\S+)(?:\n(?<header>[\w-]+: .+))*(?:\n\n(?<body>[^#\s].+))?$")]
    private static partial Regex RequestText();
}
