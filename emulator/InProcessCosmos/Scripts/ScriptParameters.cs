using System.Text.Json;
using InProcessCosmos.Documents;
using InProcessCosmos.Queries;
using Jint;
using Jint.Native;
using JsonSerializer = Jint.Native.Json.JsonSerializer;

namespace InProcessCosmos.Scripts;

/// <summary>
/// A query's parameters as a script gives them. A text, which nearly all are, stays what it is until somebody asks for
/// more than whether it is the partition's key.
/// </summary>
internal sealed class ScriptParameters : QueryParameters
{
    private readonly (string Name, JsString? Text, JsonElement Value)[] given;

    public ScriptParameters(Engine engine, JsArray parameters)
    {
        given = new (string, JsString?, JsonElement)[parameters.Length];
        for (var i = 0; i < given.Length; i++)
        {
            var parameter = parameters[i];
            if (!parameter.IsObject() || parameter.Get("name") is not JsString name)
            {
                throw new FeedQueryException("A query's parameter must be an object with the members name and value.");
            }

            var value = parameter.Get("value");
            given[i] = value is JsString text ? (name.ToString(), text, default) : (name.ToString(), null, Read(engine, value));
        }
    }

    public override JsonElement Value(string name)
    {
        ref var found = ref Find(name);
        if (found.Text is { } text && !found.Value.IsDefined())
        {
            found.Value = QueryValue.Of(text.ToString());
        }

        return found.Value;
    }

    public override byte[]? PartitionKey(string name) => Find(name).Text is { } text ? PartitionKeyText.Of(text.ToString()) : base.PartitionKey(name);

    private static JsonElement Read(Engine engine, JsValue value) =>
        new JsonSerializer(engine).Serialize(value) is JsString json ? JsonElement.Parse(json.ToString()) : default;

    private ref (string Name, JsString? Text, JsonElement Value) Find(string name)
    {
        for (var i = 0; i < given.Length; i++)
        {
            if (given[i].Name == name)
            {
                return ref given[i];
            }
        }

        throw Missing(name);
    }
}
