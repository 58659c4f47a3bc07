using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Client;

namespace StreamChecker.Reliability.Clients;

#pragma warning disable IDE0065 // Outside it would come after the service's own type of that name.
using StartResult = StreamChecker.Client.StartResult;
#pragma warning restore IDE0065

/// <summary>The code of the client's README is the code of this test.</summary>
public sealed partial class ClientReadmeTests
{
    [Fact]
    public async Task TheCodeOfTheReadme_Runs()
    {
        await using var server = new StreamServer().With("ApiKeys", "a-key-of-a-backend-that-is-long-enough").With(TimeProvider.System);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration["StreamCheckerKey"] = "a-key-of-a-backend-that-is-long-enough";
        builder.Services.AddStreamCheckerClient(options =>
        {
            options.BaseAddress = new("http://127.0.0.1:7071");
            options.ApiKey = builder.Configuration["StreamCheckerKey"];
        });
        var address = server.Listen();
        builder.Services.PostConfigure<StreamCheckerClientOptions>(options => options.BaseAddress = address);
        await using var provider = builder.Services.BuildServiceProvider();
        var streams = provider.GetRequiredService<StreamCheckerClient>();

        for (var start = 0; start < 4; start++)
        {
            StartResult result = await streams.StartAsync(new("anna", "film-42") { DeviceName = "TV" });
            string decision = result switch
            {
                StartResult.Admitted admitted => $"play {admitted.Stream.Id}, heartbeat every {admitted.Stream.HeartbeatInterval}",
                StartResult.LimitReached rejected => $"{rejected.Active} of {rejected.Limit} streams: {string.Join(", ", rejected.Streams.Select(other => other.DeviceName))}",
                StartResult.Ended ended => $"over: {ended.Ending.Reason}",
                StartResult.Unavailable away => $"your decision: {away.Reason}",
                _ => throw new InvalidOperationException(),
            };

            Assert.Matches(start < 3 ? "^play [^ ]+, heartbeat every 00:00:30$" : "^3 of 3 streams: TV, TV, TV$", decision);
        }
    }

    [Fact]
    public void TheCodeOfTheReadme_IsWhatTheTestRuns()
    {
        var readme = CodeBlock().Matches(RepositoryFiles.Text("clients/StreamChecker.Client/README.md"));
        var lines = readme.SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var test = RepositoryFiles.Text("quality/Reliability/Clients/ClientReadmeTests.cs");

        Assert.Equal(14, lines.Count);
        Assert.All(lines, line => Assert.Contains($" {line}\n", test, StringComparison.Ordinal));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
