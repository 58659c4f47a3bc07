using System.Text;
using System.Text.Json.Nodes;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings;

/// <summary>A text of the stored procedure with the shape of its documents, commands and replies.</summary>
internal abstract record PartitionFormat(string Procedure)
{
    /// <summary>The shape of today.</summary>
    public static PartitionFormat Records(string? procedure = null) => new RecordFormat(procedure ?? ProcedureUnderTest.Body);

    /// <summary>Whether a partition with a record must have a user document.</summary>
    public virtual bool NeedsUserDocument => true;

    /// <summary>A document of today in this shape; null where this shape has none.</summary>
    public abstract JsonObject? Document(JsonObject document);

    /// <summary>A command as the procedure reads it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="stream">The document of the stream that it names.</param>
    /// <param name="repeated">Whether another try of it has begun before.</param>
    public abstract string Command(StreamCommand command, Document? stream, bool repeated);

    public abstract StreamReply Reply(string body);

    private sealed record RecordFormat(string Procedure) : PartitionFormat(Procedure)
    {
        public override JsonObject? Document(JsonObject document) => document;

        public override string Command(StreamCommand command, Document? stream, bool repeated) =>
            Encoding.UTF8.GetString(StreamsProcedure.Arguments(command).AsSpan()[1..^1]);

        public override StreamReply Reply(string body) => StreamsProcedure.ReadReply(Encoding.UTF8.GetBytes(body));
    }
}
