using System.Globalization;
using System.Text.Json.Nodes;

namespace InProcessCosmos.Gateway;

/// <summary>The place in a document that a patch's path leads to: a member of an object, or an element of an array.</summary>
internal readonly struct PatchTarget
{
    private readonly string path;
    private readonly JsonNode parent;
    private readonly string key;

    private PatchTarget(string path, JsonNode parent, string key) => (this.path, this.parent, this.key) = (path, parent, key);

    public bool Exists => parent is JsonArray array ? key != "-" && Index(array) < array.Count : parent.AsObject().ContainsKey(key);

    public JsonNode? Value => !Exists ? throw Missing() : parent is JsonArray array ? array[Index(array)] : parent[key];

    /// <exception cref="RefusedRequestException">The path is malformed, or what it leads through is missing.</exception>
    public static PatchTarget Find(JsonNode document, string path)
    {
        if (!path.StartsWith('/') || path.Length == 1)
        {
            throw RefusedRequestException.Malformed($"The patch path '{path}' is not of the form /name or /name/name.");
        }

        var keys = Array.ConvertAll(path[1..].Split('/'), Unescape);
        var parent = document;
        foreach (var key in keys.AsSpan(0, keys.Length - 1))
        {
            parent = parent is JsonObject or JsonArray && new PatchTarget(path, parent, key) is { Exists: true } step ? step.Value : null;
        }

        return parent is JsonObject or JsonArray
            ? new(path, parent, keys[^1])
            : throw RefusedRequestException.Malformed($"The patch path '{path}' leads through what the document does not have.");
    }

    /// <summary>Sets a member, or makes room for an element in front of the one that is there.</summary>
    public void Insert(JsonNode? value)
    {
        if (parent is JsonArray array)
        {
            array.Insert(key == "-" ? array.Count : Index(array), value);
        }
        else
        {
            parent[key] = value;
        }
    }

    /// <summary>Sets what is there already.</summary>
    public void Replace(JsonNode? value)
    {
        if (!Exists)
        {
            throw Missing();
        }

        if (parent is JsonArray array)
        {
            array[Index(array)] = value;
        }
        else
        {
            parent[key] = value;
        }
    }

    public void Remove()
    {
        if (!Exists)
        {
            throw Missing();
        }

        if (parent is JsonArray array)
        {
            array.RemoveAt(Index(array));
        }
        else
        {
            parent.AsObject().Remove(key);
        }
    }

    private static string Unescape(string key) => key.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private int Index(JsonArray array) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= array.Count
            ? index
            : throw RefusedRequestException.Malformed($"The patch path '{path}' is not within its array.");

    private RefusedRequestException Missing() => RefusedRequestException.Malformed($"The patch path '{path}' leads to nothing in the document.");
}
