using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace StreamChecker.Http;

/// <summary>Reads a body of JSON, JSON lines or CMCD: at most 16 KiB, or 1 MiB for many heartbeats or limits, in UTF-8, which must arrive within a time limit.</summary>
internal static partial class RequestBody
{
    /// <summary>The media type of JSON.</summary>
    public const string Json = "application/json";

    /// <summary>The media type of JSON lines: one JSON text a line (https://github.com/ndjson/ndjson-spec).</summary>
    public const string JsonLines = "application/x-ndjson";

    /// <summary>500 stream record IDs of the longest user IDs fit into it.</summary>
    public const int MaxBytesOfMany = 1024 * 1024;

    private const int MaxBytes = 16 * 1024;

    /// <param name="request">The request.</param>
    /// <param name="parse">Parses the body; throws <see cref="JsonException"/> if it is malformed.</param>
    /// <param name="timeout">The time limit for the whole body to arrive.</param>
    /// <param name="time">The clock for that limit.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <param name="maxBytes">The largest body.</param>
    /// <param name="mediaType">The media type of the body.</param>
    public static async ValueTask<Input<T>> ReadAsync<T>(
        HttpRequest request, Func<ReadOnlySequence<byte>, Input<T>> parse, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken,
        int maxBytes = MaxBytes, string mediaType = Json)
    {
        if (!IsOf(mediaType, request.ContentType))
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, $"The body must be {mediaType} in UTF-8.");
        }

        if (request.Headers.ContentEncoding is [{ Length: > 0 } coding, ..] && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.Encoded();
        }

        if (request.ContentLength > maxBytes)
        {
            return TooLarge(maxBytes);
        }

        try
        {
            return await ReadAsync(request.BodyReader, request.ContentLength, maxBytes, parse, timeout, time, cancellationToken);
        }
        catch (IOException lost) when (lost is not BadHttpRequestException)
        {
            // The connection was lost while the body was read, possibly before the token is cancelled.
            return Problem.InvalidBody("The body is truncated.");
        }
        catch (JsonException malformed)
        {
            return Problem.InvalidBody($"The body is not well-formed JSON: {Where(malformed)}.");
        }
    }

    private static async ValueTask<Input<T>> ReadAsync<T>(
        PipeReader reader, long? announced, int maxBytes, Func<ReadOnlySequence<byte>, Input<T>> parse, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        ITimer? clock = null;
        try
        {
            while (true)
            {
                var reading = reader.ReadAsync(cancellationToken);
                if (!reading.IsCompleted)
                {
                    // Most bodies arrive with their headers, so only the others need a timer. It must not cancel the read by a token: the web
                    // server could then not continue with the next request, and would log an error.
                    clock ??= time.CreateTimer(static reader => ((PipeReader)reader!).CancelPendingRead(), reader, timeout, Timeout.InfiniteTimeSpan);
                }

                var read = await reading;
                if (read.IsCanceled || read.Buffer.Length > maxBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return read.IsCanceled ? TooSlow(timeout) : TooLarge(maxBytes);
                }

                if (read.IsCompleted || read.Buffer.Length == announced)
                {
                    return Parse(reader, read.Buffer, parse);
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        finally
        {
            clock?.Dispose();
        }
    }

    private static Input<T> Parse<T>(PipeReader reader, ReadOnlySequence<byte> body, Func<ReadOnlySequence<byte>, Input<T>> parse)
    {
        try
        {
            return parse(body);
        }
        finally
        {
            reader.AdvanceTo(body.End);
        }
    }

    private static bool IsOf(string mediaType, string? contentType) =>
        contentType == mediaType
        || (MediaTypeHeaderValue.TryParse(contentType is null ? null : EmptyParameter().Replace(contentType, ""), out var type)
            && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    /// <summary>A semicolon without a parameter has no meaning (RFC 9110, 5.6.6).</summary>
    [GeneratedRegex(@";\s*(?=;|$)")]
    private static partial Regex EmptyParameter();

    private static Problem TooSlow(TimeSpan timeout) =>
        Problem.Of(StatusCodes.Status408RequestTimeout, $"The body did not arrive within {timeout.TotalSeconds:0} seconds.");

    private static Problem TooLarge(int maxBytes) =>
        Problem.Of(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {maxBytes} bytes.");

    private static string Where(JsonException malformed) =>
        malformed.LineNumber is { } line ? $"line {line + 1}, byte {malformed.BytePositionInLine + 1}" : "it is empty or truncated";
}
