using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamChecker.Tests.Reliability.Operations;

/// <summary>How one call of the collection's functions goes wrong: it is not accepted, or fails with an error of such a number.</summary>
internal sealed record OperationFault(int Call, params string[] Functions)
{
    public static readonly string[] Reads = ["readDocument", "readDocuments", "queryDocuments"];
    public static readonly string[] Changes = ["upsertDocument", "replaceDocument", "deleteDocument"];
    public static readonly string[] Creation = ["createDocument"];
    public static readonly string[] All = [.. Reads, .. Changes, .. Creation];

    public bool IsRefused { get; init; }

    /// <summary>The error's number; 0 for none.</summary>
    public int Number { get; init; }

    /// <summary>Whether each document that is replaced or deleted was written by somebody else since it was read.</summary>
    public bool Overtakes { get; init; }

    /// <summary>How many documents a page of a feed has; 0 for as many as was asked for.</summary>
    public int PageSize { get; init; }

    /// <summary>Whether the documents of a page come the other way round.</summary>
    public bool Reverses { get; init; }

    public JsonNode ToJson() => JsonSerializer.SerializeToNode(this, JsonSerializerOptions.Web)!;
}
