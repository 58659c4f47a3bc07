using System.Text.RegularExpressions;

namespace StreamChecker.Reliability.Processes;

/// <summary>
/// <c>docs/tutorial.md</c>: its commands are typed into a shell as they are, and the responses that it shows are those that come. With
/// <c>STREAM_CHECKER_ACCEPT_TUTORIAL=1</c> what comes is written into the page.
/// </summary>
public sealed partial class TutorialTests
{
    private const string Page = "docs/tutorial.md";

    private static readonly string[] ShownHeaders = ["Content-Type", "Idempotency-Replayed", "Location", "Retry-After"];

    [ShellFact("bash")]
    public Task InBash_EveryCommandGivesTheShownResponse_TwiceInARow() => PlayTwiceAsync("bash", "bash");

    [ShellFact("pwsh")]
    public Task InPowerShell_EveryCommandGivesTheShownResponse_TwiceInARow() => PlayTwiceAsync("pwsh", "powershell");

    [Fact]
    public void EveryStep_IsGivenForBothShells()
    {
        var languages = string.Join(' ', Blocks(RepositoryFiles.Text(Page)).Select(block => block.Language));

        Assert.Matches("^(bash powershell( text)? ?)+powershell$", languages);
    }

    [Fact]
    public void EveryCallThatChangesSomething_SendsAKeyOrIsRepeatableByItself()
    {
        var calls = Blocks(RepositoryFiles.Text(Page)).Where(block => block.Language != "text").SelectMany(block => block.Text.Split('\n'))
            .Where(line => Change().IsMatch(line)).ToList();

        Assert.NotEmpty(calls);
        Assert.All(calls, call => Assert.True(call.Contains("Idempotency-Key: $U-", StringComparison.Ordinal) || OfOneStream().IsMatch(call), call));
    }

    private static async Task PlayTwiceAsync(string shell, string language)
    {
        using var data = new TemporaryFolder();
        var page = RepositoryFiles.Text(Page);
        var shown = Normal(string.Join('\n', Blocks(page).Where(block => block.Language == "text").Select(block => block.Text)));

        var came = await PlayAsync(shell, language, page, data);
        var cameAgain = await PlayAsync(shell, language, page, data);

        if (Environment.GetEnvironmentVariable("STREAM_CHECKER_ACCEPT_TUTORIAL") is { Length: > 0 })
        {
            var responses = new Queue<string>(came);
            await File.WriteAllTextAsync(RepositoryFiles.Path(Page), Block().Replace(page, block => block.Groups["language"].Value == "text" ? $"```text\n{responses.Dequeue()}\n```\n" : block.Value));
            return;
        }

        Assert.Equal(shown, Normal(string.Join('\n', came)));
        Assert.Equal(shown, Normal(string.Join('\n', cameAgain)));
    }

    /// <summary>What came where the page shows a response. Commands without one after them print nothing.</summary>
    private static async Task<IReadOnlyList<string>> PlayAsync(string shell, string language, string page, TemporaryFolder data)
    {
        await using var typed = new Shell(shell);
        ServerProcess? server = null;
        try
        {
            var came = new List<string>();
            var printed = "";
            foreach (var block in Blocks(page).Where(block => block.Language == language || block.Language == "text"))
            {
                if (block.Language == "text")
                {
                    came.Add(printed);
                    printed = "";
                    continue;
                }

                Assert.Equal("", printed);
                if (block.IsOfServer)
                {
                    server = await RestartAsync(server, block.Text, data);
                    await typed.RunAsync(shell == "pwsh" ? $"$S = '{server.Address.OriginalString}'" : $"S={server.Address.OriginalString}");
                }
                else
                {
                    printed = Shown(await typed.RunAsync(block.Text.Replace("http://127.0.0.1:7071", server!.Address.OriginalString, StringComparison.Ordinal)));
                }
            }

            return came;
        }
        finally
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>The command of the page runs the built Server: with its settings, on a port of its own.</summary>
    private static async Task<ServerProcess> RestartAsync(ServerProcess? before, string command, TemporaryFolder data)
    {
        Assert.Contains("dotnet run -c Release --project StreamChecker.Server", command, StringComparison.Ordinal);
        if (before is not null)
        {
            Assert.Equal(0, await before.StopAsync());
            await before.DisposeAsync();
        }

        return await ServerProcess.StartAsync(data.Path, [.. Setting().Matches(command).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value))]);
    }

    /// <summary>Responses as the page shows them: each from the beginning of a line, with the headers that matter.</summary>
    private static string Shown(string printed)
    {
        var lines = Boundary().Replace(printed.ReplaceLineEndings("\n"), "\n").Split('\n')
            .Where(line => line.Length > 0 && (Header().Match(line) is not { Success: true } header || ShownHeaders.Contains(header.Groups[1].Value)));
        return string.Join('\n', lines);
    }

    /// <summary>Responses with names for what differs from run to run: the same id has the same name everywhere.</summary>
    private static string Normal(string responses)
    {
        var ids = new Dictionary<string, string>();
        var named = Id().Replace(responses, match => ids.TryGetValue(match.Value, out var name) ? name : ids[match.Value] = $"id-{ids.Count + 1}");
        return Wait().Replace(Moment().Replace(User().Replace(named, "anna-N"), "MOMENT"), "Retry-After: SECONDS").TrimEnd();
    }

    private static IEnumerable<PageBlock> Blocks(string page) => Block().Matches(page.ReplaceLineEndings("\n"))
        .Select(match => new PageBlock(match.Groups["language"].Value, match.Groups["server"].Success, match.Groups["text"].Value.TrimEnd('\n')));

    private sealed record PageBlock(string Language, bool IsOfServer, string Text);

    [GeneratedRegex(@"(?ms)^```(?<language>bash|powershell|text)(?<server> server)?\n(?<text>.*?)^```\n")]
    private static partial Regex Block();

    [GeneratedRegex(@"(?m)(?<name>StreamChecker__\w+)(?:=| = ')(?<value>[^\s']+)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"(?<=\})(?=\{|HTTP/)")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"^([A-Za-z-]+): ")]
    private static partial Regex Header();

    [GeneratedRegex(@"(?<=""|/stream-record/)[\w-]{36,}(?=""|$)", RegexOptions.Multiline)]
    private static partial Regex Id();

    [GeneratedRegex(@"anna-\d+")]
    private static partial Regex User();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+Z")]
    private static partial Regex Moment();

    [GeneratedRegex(@"Retry-After: \d+")]
    private static partial Regex Wait();

    [GeneratedRegex("curl .*-X (POST|PUT|DELETE)")]
    private static partial Regex Change();

    [GeneratedRegex(@"\$S/stream-record/\$[A-Z]+(/heartbeat)?$")]
    private static partial Regex OfOneStream();
}
