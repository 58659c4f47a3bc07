using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamChecker.Reliability.Operations;

/// <summary>How one call of the collection's functions goes wrong: it is not accepted, or fails with an error of such a number.</summary>
internal sealed record OperationFault(int Call, params string[] Functions)
{
    public static readonly string[] Reads = ["readDocument", "readDocuments", "queryDocuments"];
    public static readonly string[] Changes = ["upsertDocument", "replaceDocument", "deleteDocument"];
    public static readonly string[] Creation = ["createDocument"];
    public static readonly string[] All = [.. Reads, .. Changes, .. Creation];

    public bool IsRejected { get; init; }

    /// <summary>The error's number; 0 for none.</summary>
    public int Number { get; init; }

    /// <summary>Whether the id of the record that a start creates is taken by a document that no read shows.</summary>
    public bool IsTaken { get; init; }

    /// <summary>The function before each call of which another writer changes the document that it replaces or deletes; null for none.</summary>
    public string? Overtakes { get; init; }

    /// <summary>How many documents a page of a feed has; 0 for as many as was asked for.</summary>
    public int PageSize { get; init; }

    /// <summary>Whether the documents of a page come the other way round.</summary>
    public bool Reverses { get; init; }

    public JsonNode ToJson() => JsonSerializer.SerializeToNode(this, JsonSerializerOptions.Web)!;
}
