using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace StreamChecker.StoredProcedure;

/// <summary>What both stores must know of <c>streams.js</c>: its id, its text, its argument, its reply and its errors.</summary>
public static partial class StreamsProcedure
{
    /// <summary>
    /// The procedure's id in the database: <c>streams-</c> and the beginning of the SHA-256 of its text, so that instances of
    /// the app with different texts can run at the same time. It is committed as <c>streams.id</c>, which infra reads, too.
    /// </summary>
    public static string Id { get; } = Resource("streams.id").Trim();

    /// <summary>The procedure's text.</summary>
    public static string Body { get; } = Resource("streams.js");

    /// <summary>Writes the procedure's arguments: a JSON array of one command.</summary>
    public static void WriteArguments(IBufferWriter<byte> destination, StreamCommand command)
    {
        using var json = new Utf8JsonWriter(destination);
        json.WriteStartArray();
        JsonSerializer.Serialize(json, command, PartitionJson.Default.StreamCommand);
        json.WriteEndArray();
    }

    /// <summary>The procedure's arguments as a stream, at its beginning.</summary>
    public static Stream ArgumentStream(StreamCommand command)
    {
        var arguments = new ArrayBufferWriter<byte>(512);
        WriteArguments(arguments, command);
        return new MemoryStream(arguments.WrittenSpan.ToArray(), writable: false);
    }

    /// <summary>Reads the procedure's answer.</summary>
    /// <exception cref="JsonException">The answer was cut off or garbled on its way.</exception>
    public static async ValueTask<StreamReply> ReadReplyAsync(Stream body, CancellationToken cancellationToken) =>
        await JsonSerializer.DeserializeAsync(body, PartitionJson.Default.StreamReply, cancellationToken)
        ?? throw new StoredProcedureException("streams.js answered null.");

    /// <summary>Reads the procedure's answer.</summary>
    public static StreamReply ReadReply(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body, PartitionJson.Default.StreamReply)
        ?? throw new StoredProcedureException("streams.js answered null.");

    /// <summary>
    /// Distinguishes what passes by itself from a bug, by the message of the error that ended the procedure. Whatever it
    /// was, all of it was rolled back.
    /// </summary>
    /// <param name="message">The error's message, or a text that contains it.</param>
    /// <param name="number">The number that the store gives for the error: that of the operation that failed in the script; 0 for none.</param>
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

/// <summary>The container that the users' partitions are in, as both stores and <c>infra</c> name it.</summary>
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
