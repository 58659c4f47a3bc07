using System.Security.Cryptography;
using System.Text;
using Acornima;
using Acornima.Ast;
using InProcessCosmos.Scripts;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Rules;

/// <summary>The text of <c>streams.js</c>: it is named by its hash, and is ES2015, which Cosmos DB documents.</summary>
public sealed class ProcedureTextTests
{
    private const string Path = "StreamChecker/StoredProcedure/streams.js";

    /// <summary>The server-side API, and the members of ES2015's own objects that the procedure calls. Add what is as old.</summary>
    private static readonly HashSet<string> KnownMethods =
    [
        "getCollection", "getResponse", "setBody", "getSelfLink", "getAltLink",
        "queryDocuments", "readDocument", "createDocument", "upsertDocument", "replaceDocument", "deleteDocument",
        "find", "some", "filter", "map", "sort", "slice", "concat", "push", "forEach", "indexOf", "every", "reverse",
        "call", "apply", "keys", "assign", "min", "max", "ceil", "floor", "now",
    ];

    [Fact]
    public void TheId_NamesTheText()
    {
        var file = File.ReadAllBytes(RepositoryFiles.Path(Path));
        var id = "streams-" + Convert.ToHexStringLower(SHA256.HashData(file))[..12];

        Assert.True(
            id == StreamsProcedure.Id,
            $"streams.js is {id}, and streams.id says {StreamsProcedure.Id}. Run: dotnet build StreamChecker -t:WriteProcedureId");
    }

    [Fact]
    public void TheText_IsTheSameOnEveryMachine()
    {
        var file = File.ReadAllBytes(RepositoryFiles.Path(Path));

        Assert.DoesNotContain((byte)'\r', file);
        Assert.NotEqual(Encoding.UTF8.Preamble.ToArray(), file[..3]);
        Assert.Equal(StreamsProcedure.Body, Encoding.UTF8.GetString(file));
    }

    [Fact]
    public void TheText_IsES2015()
    {
        Parse(StreamsProcedure.Body);

        // The parser rejects what is newer.
        foreach (var newer in new[] { "2 ** 3", "async () => {}", "({ ...{} })", "a?.b", "a ?? b", "try { } catch { }", "f(a,)" })
        {
            Assert.Throws<SyntaxErrorException>(() => Parse(newer));
        }
    }

    [Fact]
    public void EveryMethodThatItCalls_IsES2015sOrTheServers()
    {
        var called = MethodsCalledIn(StreamsProcedure.Body);

        Assert.NotEmpty(called);
        Assert.Equal([], called.Except(KnownMethods));
        Assert.Equal(["flat", "includes", "padStart", "values"], MethodsCalledIn("[].includes(1); Object.values({}); ''.padStart(1); [].flat(); [].map(f)").Except(KnownMethods));
    }

    /// <summary>A start in V8 takes half as long as in a text that names a prototype, the global object or <c>arguments</c>.</summary>
    [Fact]
    public void TheEmbeddedEngine_RunsItWithoutCopiesForEachCall()
    {
        var text = ProcedureText.Of(StreamsProcedure.Body);

        Assert.Equal((true, true, true, false), (text.LeavesPrototypesAlone, text.LeavesGlobalsAlone, text.ReadsParametersOnly, text.UsesPromises));
        Assert.False(ProcedureText.Of("function () { return Object.prototype.hasOwnProperty.call({}, 'tag'); }").LeavesPrototypesAlone);
    }

    private static Script Parse(string text) => new Parser(new ParserOptions { EcmaVersion = EcmaVersion.ES6 }).ParseScript(text);

    private static IEnumerable<string> MethodsCalledIn(string text) => Parse(text).DescendantNodes()
        .OfType<CallExpression>()
        .Select(call => call.Callee)
        .OfType<MemberExpression>()
        .Select(member => member.Property is Identifier { Name: var name } && !member.Computed ? name : "a member that is computed")
        .Distinct()
        .Order(StringComparer.Ordinal);
}
