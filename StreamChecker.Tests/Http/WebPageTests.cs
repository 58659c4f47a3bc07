using System.Net;
using System.Text.RegularExpressions;

namespace StreamChecker.Tests.Http;

/// <summary>The pages for people as files with headers. What they do in a browser: <c>quality/Reliability/Pages</c>.</summary>
public sealed partial class WebPageTests
{
    [Theory]
    [InlineData("/console")]
    [InlineData("/demo")]
    public async Task APage_MayRunItsOwnScriptAndStyleAndNothingElse(string path)
    {
        await using var server = new StreamServer();

        var page = await server.CreateClient().SendAsync(HttpMethod.Get, path);

        var policy = page.Message.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Matches("^default-src 'none'; script-src 'sha256-[A-Za-z0-9+/]{43}='; style-src 'sha256-[A-Za-z0-9+/]{43}='; connect-src 'self'; ", policy);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Message.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Single(Element("script").Matches(page.Content));
        Assert.Single(Element("style").Matches(page.Content));
        Assert.DoesNotMatch(Handler(), page.Content);
        Assert.DoesNotMatch("(?:src|href)=\"(?!/|#|data:,)", page.Content);

        static Regex Element(string name) => new($"<{name}[ >]");
    }

    [Theory]
    [InlineData("/console", "Console")]
    [InlineData("/demo", "Demo")]
    public async Task APageThatIsTurnedOff_IsNotThere(string path, string setting)
    {
        await using var server = new StreamServer().With(setting, false);

        Assert.Equal((HttpStatusCode.NotFound, "not-found"), await StatusAsync(path));
        Assert.Equal(HttpStatusCode.OK, (await server.CreateClient().SendAsync(HttpMethod.Get, path == "/demo" ? "/console" : "/demo")).Status);

        async Task<(HttpStatusCode, string?)> StatusAsync(string of)
        {
            var response = await server.CreateClient().SendAsync(HttpMethod.Get, of);
            return (response.Status, response.ProblemType);
        }
    }

    /// <summary>On a public host, such as the Functions app, an operator decides.</summary>
    [Fact]
    public void WithoutASetting_OnlyTheServerServesThem() => Assert.Equal((false, false), (new StreamCheckerOptions().Console, new StreamCheckerOptions().Demo));

    [GeneratedRegex("<[^>]* (?:on[a-z]+|style)=", RegexOptions.None)]
    private static partial Regex Handler();
}
