using System.Text;
using System.Text.Json.Nodes;
using Json.Pointer;

namespace StreamChecker.Tests.Contract;

/// <summary>
/// A program that knows nothing but the committed <c>openapi.json</c> makes every call: of the examples, and of the values that
/// the links carry from one response to the next call.
/// </summary>
public sealed class ContractRunnerTests
{
    private const string BodyExpression = "$response.body#";
    private const string Token = "token";

    public static TheoryData<string> Operations => [.. CommittedContract.Operations.Select(operation => operation.Id)];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AnOperation_MadeOfItsExamplesAndLinks_Succeeds(string id)
    {
        foreach (var withOptional in new[] { false, true })
        {
            await using var server = new StreamServer().With("PlayerKeys", ExampleScript.PlayerKey);

            var response = await MakeAsync(server.CreateClient(), id, withOptional);

            Assert.InRange((int)response.Status, 200, 299);
        }
    }

    /// <summary>An example's id is of a stream that the caller's service never had: only a start gives one that is alive.</summary>
    [Fact]
    public void EveryIdInAPath_IsLinkedFromAResponse() => Assert.Equal(
        from operation in CommittedContract.Operations
        where Parameters(operation).Any(parameter => IsInPath(parameter) && parameter["schema"]!["enum"] is null && !IsToken(parameter))
        select operation.Id,
        CommittedContract.Operations.SelectMany(LinksFrom).Select(link => link["operationId"]!.GetValue<string>()));

    private static async Task<ApiResponse> MakeAsync(HttpClient client, string id, bool withOptional)
    {
        var operation = CommittedContract.Operations.Single(operation => operation.Id == id);
        var values = Parameters(operation)
            .Where(parameter => withOptional || parameter["required"]?.GetValue<bool>() == true)
            .ToDictionary(parameter => parameter["name"]!.GetValue<string>(), parameter => parameter["example"]!.GetValue<string>());
        foreach (var source in CommittedContract.Operations)
        {
            foreach (var link in LinksFrom(source).Where(link => link["operationId"]!.GetValue<string>() == id))
            {
                var given = JsonNode.Parse((await MakeAsync(client, source.Id, withOptional)).Content);
                foreach (var (name, expression) in link["parameters"]!.AsObject())
                {
                    values[name] = Value(given, expression!.GetValue<string>());
                }
            }
        }

        if (values.ContainsKey(Token))
        {
            // A link cannot say "the last part of this URL".
            values[Token] = (await MakeAsync(client, "StartStream", withOptional)).Body.GetProperty("player").GetProperty("url").GetString()!.Split('/')[^1];
        }

        var body = operation.Json["requestBody"]?["content"]!.AsObject().Single();
        return await client.SendAsync(
            new HttpMethod(operation.Method),
            operation.Path,
            values.Select(value => (PlaceOf(operation, value.Key), value.Key, value.Value)),
            body is { Value: { } media } ? Encoding.UTF8.GetBytes(BodyText.Of(media["examples"]!.AsObject().First().Value!["value"]!)) : null,
            body?.Key);
    }

    private static bool IsInPath(JsonNode parameter) => parameter["in"]!.GetValue<string>() == "path";

    private static bool IsToken(JsonNode parameter) => parameter["name"]!.GetValue<string>() == Token;

    private static string PlaceOf(CommittedContract.Operation operation, string parameter) =>
        Parameters(operation).Single(given => given["name"]!.GetValue<string>() == parameter)["in"]!.GetValue<string>();

    private static IEnumerable<JsonNode> Parameters(CommittedContract.Operation operation) => operation.Json["parameters"]?.AsArray().OfType<JsonNode>() ?? [];

    private static IEnumerable<JsonNode> LinksFrom(CommittedContract.Operation operation) =>
        from response in operation.Json["responses"]!.AsObject()
        from link in CommittedContract.Resolve(response.Value!)["links"]?.AsObject() ?? []
        select link.Value!;

    private static string Value(JsonNode? body, string expression)
    {
        Assert.StartsWith(BodyExpression, expression, StringComparison.Ordinal);
        Assert.True(JsonPointer.Parse(expression[BodyExpression.Length..]).TryEvaluate(body, out var value), $"The response has no {expression}.");
        return value!.GetValue<string>();
    }
}
