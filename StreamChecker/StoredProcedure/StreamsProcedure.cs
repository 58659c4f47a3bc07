using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace StreamChecker.StoredProcedure;

/// <summary>The interface of <c>streams.js</c> for both stores: its ID, body, arguments, reply and errors.</summary>
public static partial class StreamsProcedure
{
    /// <summary>
    /// The procedure's ID in the database: <c>streams-</c> and the first digits of the SHA-256 hash of its text, so that app
    /// instances with different versions can run at the same time. It is committed as <c>streams.id</c>, which <c>infra</c> also reads.
    /// </summary>
    public static string Id { get; } = Resource("streams.id").Trim();

    /// <summary>The procedure's text.</summary>
    public static string Body { get; } = Resource("streams.js");

    /// <summary>The procedure's arguments: a JSON array of one command, in UTF-8.</summary>
    public static byte[] Arguments(StreamCommand command)
    {
        using var buffer = JsonBuffer.Take();
        buffer.Json.WriteStartArray();
        JsonSerializer.Serialize(buffer.Json, command, PartitionJson.Default.StreamCommand);
        buffer.Json.WriteEndArray();
        return buffer.Written.ToArray();
    }

    /// <summary>Reads the procedure's reply.</summary>
    /// <exception cref="JsonException">The reply is truncated or malformed.</exception>
    public static async ValueTask<StreamReply> ReadReplyAsync(Stream body, CancellationToken cancellationToken) =>
        await JsonSerializer.DeserializeAsync(body, PartitionJson.Default.StreamReply, cancellationToken)
        ?? throw new StoredProcedureException("streams.js returned null.");

    /// <summary>Reads the procedure's reply.</summary>
    public static StreamReply ReadReply(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body, PartitionJson.Default.StreamReply)
        ?? throw new StoredProcedureException("streams.js returned null.");

    /// <summary>
    /// Distinguishes transient errors from bugs, by the message of the error that ended the procedure. The transaction was
    /// rolled back in either case.
    /// </summary>
    /// <param name="message">The error's message, or a text that contains it.</param>
    /// <param name="number">The store's number of the error: that of the operation that failed in the script; 0 for none.</param>
    public static PartitionResult ReadError(string message, int number = 0)
    {
        if (message.Contains("streams conflict", StringComparison.Ordinal))
        {
            return new PartitionResult.Conflict();
        }

        if (BusyError().Match(message) is { Success: true } busy)
        {
            return new PartitionResult.Busy($"{(busy.Groups[1].Success ? busy.Groups[1].Value : "a call was not accepted")} inside the procedure");
        }

        return number is 408 or 410 or 429 or 449 or 500 or 503
            ? new PartitionResult.Busy($"{number} inside the procedure")
            : throw new StoredProcedureException(message);
    }

    [GeneratedRegex("streams busy(?: ([0-9]{3}))?")]
    private static partial Regex BusyError();

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>The container of the stream records, as both stores and <c>infra</c> name it.</summary>
public static class StreamsContainer
{
    /// <summary>The database's default id.</summary>
    public const string Database = "stream-checker";

    /// <summary>The container's default id.</summary>
    public const string Id = "streams";

    /// <summary>The path of the partition key.</summary>
    public const string PartitionKeyPath = "/userId";

    /// <summary>The id of each user's own document. No record has it.</summary>
    public const string UserDocument = "user";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(StreamCommand))]
[JsonSerializable(typeof(StreamReply))]
internal sealed partial class PartitionJson : JsonSerializerContext;
