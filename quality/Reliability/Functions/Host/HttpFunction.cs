using System.Text.Json;
using StreamChecker.Reliability.Functions.Host.Protocol;

namespace StreamChecker.Reliability.Functions.Host;

/// <summary>A function with an HTTP trigger, as the worker declares it.</summary>
/// <param name="Id">The function, in the worker's messages.</param>
/// <param name="Binding">The trigger's parameter.</param>
/// <param name="Route">Without the prefix that <c>host.json</c> puts before it.</param>
/// <param name="Methods">The methods that it takes; any other one is another route.</param>
/// <param name="NeedsKey">Whether callers need a function key.</param>
internal sealed record HttpFunction(string Id, string Binding, string Route, IReadOnlyList<string> Methods, bool NeedsKey)
{
    public static HttpFunction From(RpcFunctionMetadata metadata)
    {
        var triggers = from binding in metadata.RawBindings
                       let root = JsonDocument.Parse(binding).RootElement
                       where root.GetProperty("type").GetString() == "httpTrigger"
                       select root;
        var trigger = triggers.Single();
        return new(
            metadata.FunctionId,
            trigger.GetProperty("name").GetString()!,
            trigger.TryGetProperty("route", out var route) ? route.GetString()! : metadata.Name,
            [.. trigger.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant())],
            trigger.GetProperty("authLevel").GetString() switch
            {
                "Anonymous" => false,
                "Function" => true,
                var level => throw new NotSupportedException($"The authorization level {level} of {metadata.Name}."),
            });
    }
}
