using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Infrastructure;

/// <summary>The ARM template that <c>bicep build</c> makes of <c>infra/main.bicep</c>: what Azure is sent.</summary>
internal static class CompiledTemplate
{
    private static readonly Lazy<JsonObject> Main = new(() => JsonNode.Parse(BicepCompiler.Compile(RepositoryFiles.Path("infra/main.bicep")))!.AsObject());

    public static JsonObject Json => Main.Value;

    public static JsonObject Parameters => Json["parameters"]!.AsObject();

    public static JsonObject Outputs => Json["outputs"]!.AsObject();

    /// <summary>Every string in the template, nested templates included, each with its JSON path.</summary>
    public static IEnumerable<(string Path, string Text)> Strings => StringsBelow(Json);

    private static IEnumerable<(string Path, string Text)> StringsBelow(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => StringsBelow(member.Value)),
        JsonArray items => items.SelectMany(StringsBelow),
        JsonValue value when value.TryGetValue<string>(out var text) => [(value.GetPath(), text)],
        _ => [],
    };
}
