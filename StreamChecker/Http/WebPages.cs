using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace StreamChecker.Http;

/// <summary>
/// The pages for people: one embedded file each. They hold no data and load nothing: their scripts call the API, with a key that is typed
/// into them. Their Content Security Policy allows exactly the script and the style of the file.
/// </summary>
public sealed partial class WebPages(IOptions<StreamCheckerOptions> options)
{
    private static readonly Lazy<IResult> ConsolePage = new(() => new GuardedPage("console.html"));
    private static readonly Lazy<IResult> DemoPage = new(() => new GuardedPage("demo.html"));

    /// <summary><c>GET /console</c>: a page for support staff.</summary>
    public IResult Console() => options.Value.Console ? ConsolePage.Value : NotServed;

    /// <summary><c>GET /demo</c>: a page with two players and a limit of one stream.</summary>
    public IResult Demo() => options.Value.Demo ? DemoPage.Value : NotServed;

    private static IResult NotServed => Problem.Of(StatusCodes.Status404NotFound);

    /// <summary>A page with its headers.</summary>
    private sealed partial class GuardedPage(string resource) : IResult
    {
        private readonly IResult page = Documentation.Own(resource, "text/html; charset=utf-8");
        private readonly string policy = Policy(resource);

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var headers = httpContext.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            return page.ExecuteAsync(httpContext);
        }

        private static string Policy(string resource)
        {
            using var content = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(content);
            var text = reader.ReadToEnd().ReplaceLineEndings("\n");
            return $"default-src 'none'; script-src {Hash(Script().Match(text))}; style-src {Hash(Style().Match(text))}; connect-src 'self'; img-src data:; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
        }

        private static string Hash(Match element) =>
            $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Groups[1].Value)))}'";

        [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
        private static partial Regex Script();

        [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
        private static partial Regex Style();
    }
}
