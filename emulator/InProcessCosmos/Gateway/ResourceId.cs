using System.Text;
using System.Text.Json;

namespace InProcessCosmos.Gateway;

/// <summary>The rule for ids of databases, containers and stored procedures.</summary>
internal static class ResourceId
{
    private const int MaxLength = 255;

    /// <summary>The <c>id</c> of a new resource.</summary>
    /// <exception cref="RefusedRequestException">It is missing, or none.</exception>
    public static string Read(JsonElement body)
    {
        var id = body.Text("id");
        return FlawOf(id) is { } flaw ? throw RefusedRequestException.Malformed(flaw) : id!;
    }

    private static string? FlawOf(string? id) =>
        string.IsNullOrEmpty(id) ? "The input content is invalid because the required property 'id' is missing or empty."
        : id.AsSpan().ContainsAny("/\\?#") || id.EndsWith(' ') ? "The 'id' must not contain / \\ ? # or end with a space."
        : Encoding.UTF8.GetByteCount(id) > MaxLength ? $"The 'id' is longer than {MaxLength} bytes."
        : null;
}
