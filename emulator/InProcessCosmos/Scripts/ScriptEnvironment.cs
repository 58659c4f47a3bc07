using System.Text.Json;
using System.Text.Json.Serialization;
using InProcessCosmos.Documents;

namespace InProcessCosmos.Scripts;

/// <summary>The parameters of the server-side library: the procedure's container and limits.</summary>
internal sealed partial record ScriptEnvironment
{
    /// <summary>A batch starts no more calls after this time, so that completed calls do not wait for slow ones.</summary>
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(20);

    // The length of the common prefix of the resource IDs in a container; the rest is the document's number.
    private const int ResourceHeadLength = 11;

    private ScriptEnvironment(Container container, ScriptLimits limits, ProcedureText text)
    {
        SelfLink = ResourceLinks.Self(container);
        AltLink = ResourceLinks.Alt(container);
        ResourceHead = ResourceLinks.DocumentResource(container, 0)[..ResourceHeadLength];
        PartitionKeyPath = container.PartitionKeyPath;
        PartitionKey = container.PartitionKeyMembers;
        DefaultTimeToLive = container.DefaultTimeToLive;
        MostOperations = limits.Operations;
        AcceptedMs = limits.AcceptedTime.TotalMilliseconds;
        ReadsParametersOnly = text.ReadsParametersOnly;
        LeavesGlobalsAlone = text.LeavesGlobalsAlone;
        LeavesPrototypesAlone = text.LeavesPrototypesAlone;
    }

    public string SelfLink { get; }

    public string AltLink { get; }

    public string ResourceHead { get; }

    public string PartitionKeyPath { get; }

    public string[] PartitionKey { get; }

    public int? DefaultTimeToLive { get; }

    public int MostOperations { get; }

    public double AcceptedMs { get; }

    /// <summary>Whether no function of the script reads more arguments than its <c>length</c>.</summary>
    public bool ReadsParametersOnly { get; }

    /// <summary>Whether the script cannot change the global object.</summary>
    public bool LeavesGlobalsAlone { get; }

    /// <summary>Whether the script cannot change prototypes.</summary>
    public bool LeavesPrototypesAlone { get; }

    public int CompileError { get; } = ScriptOutcome.Failed.CompileError;

    public double BatchMs { get; } = BatchTime.TotalMilliseconds;

    public int MostDocumentBytes { get; } = IncomingDocument.MaxBytes;

    public int MostIdBytes { get; } = IncomingDocument.MaxIdBytes;

    public int MostNesting { get; } = IncomingDocument.MaxNesting;

    public int MostBodyBytes { get; } = ScriptOutcome.MaxBodyBytes;

    public static string Write(Container container, ScriptLimits limits, ProcedureText text) =>
        JsonSerializer.Serialize(new ScriptEnvironment(container, limits, text), EnvironmentJson.Default.ScriptEnvironment);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(ScriptEnvironment))]
    private sealed partial class EnvironmentJson : JsonSerializerContext;
}
