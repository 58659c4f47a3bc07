using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace StreamChecker.Http;

/// <summary>A request's JSON body, or the problem with it. At most 16 KiB of <c>application/json</c> in UTF-8.</summary>
internal sealed partial class RequestBody : IDisposable
{
    private const int MaxBytes = 16 * 1024;

    private static readonly JsonDocumentOptions AsDeepAsDocuments = new() { MaxDepth = 128 };

    private readonly JsonDocument? json;
    private readonly byte[]? rented;
    private readonly Problem? problem;

    private RequestBody(Problem problem) => this.problem = problem;

    private RequestBody(JsonDocument json, byte[] rented) => (this.json, this.rented) = (json, rented);

    /// <param name="request">Whose body is read.</param>
    /// <param name="patience">How long all of it may take to arrive.</param>
    /// <param name="time">What measures that.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
        {
            return new(Problem.Of(StatusCodes.Status415UnsupportedMediaType, "The body must be application/json in UTF-8."));
        }

        if (request.Headers.ContentEncoding is [{ Length: > 0 } coding, ..] && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return new(Problem.Encoded());
        }

        if (request.ContentLength > MaxBytes)
        {
            return new(TooLarge());
        }

        try
        {
            return await ReadAsync(request.BodyReader, request.ContentLength, patience, time, cancellationToken);
        }
        catch (IOException lost) when (lost is not BadHttpRequestException)
        {
            // The connection broke while the body was read. The token need not have fired yet.
            return new(Problem.InvalidBody("The body was cut off."));
        }
        catch (JsonException malformed)
        {
            return new(Problem.InvalidBody($"The body is not well-formed JSON: {Where(malformed)}."));
        }
    }

    public bool TryReadStart([NotNullWhen(true)] out StartStream? start, [NotNullWhen(false)] out Problem? problem)
    {
        start = null;
        if (!TryOpen(out var fields, out problem))
        {
            return false;
        }

        var userId = fields.RequiredText("userId");
        var streamId = fields.RequiredText("streamId");
        var deviceName = fields.OptionalText("deviceName");
        var onLimit = fields.OnLimit("onLimit");
        var replace = fields.RecordIds("replace");
        if ((problem = fields.Problem) is not null)
        {
            return false;
        }

        start = new() { UserId = userId!, StreamId = streamId!, DeviceName = deviceName, OnLimit = onLimit, Replace = replace };
        return true;
    }

    public bool TryReadLimit(out int maxConcurrentStreams, [NotNullWhen(false)] out Problem? problem)
    {
        maxConcurrentStreams = 0;
        if (!TryOpen(out var fields, out problem))
        {
            return false;
        }

        maxConcurrentStreams = fields.RequiredWholeNumber("maxConcurrentStreams", 0, UserLimit.Largest);
        problem = fields.Problem;
        return problem is null;
    }

    public void Dispose()
    {
        json?.Dispose();
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private bool TryOpen([NotNullWhen(true)] out BodyFields? fields, [NotNullWhen(false)] out Problem? problem)
    {
        fields = json is null ? null : new BodyFields(json.RootElement);
        problem = this.problem ?? fields!.Problem;
        return problem is null;
    }

    private static async ValueTask<RequestBody> ReadAsync(
        PipeReader reader, long? announced, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        ITimer? clock = null;
        try
        {
            while (true)
            {
                var reading = reader.ReadAsync(cancellationToken);
                if (!reading.IsCompleted)
                {
                    // Most bodies come with their headers: only the others need a clock. It must not end the reading by a token: the web
                    // server could then not read on to the next request, and would log that as an error.
                    clock ??= time.CreateTimer(static reader => ((PipeReader)reader!).CancelPendingRead(), reader, patience, Timeout.InfiniteTimeSpan);
                }

                var read = await reading;
                if (read.IsCanceled || read.Buffer.Length > MaxBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return new(read.IsCanceled ? TooSlow(patience) : TooLarge());
                }

                if (read.IsCompleted || read.Buffer.Length == announced)
                {
                    return Parse(reader, read.Buffer);
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        finally
        {
            clock?.Dispose();
        }
    }

    private static RequestBody Parse(PipeReader reader, ReadOnlySequence<byte> bytes)
    {
        var length = (int)bytes.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            bytes.CopyTo(copy);
            reader.AdvanceTo(bytes.End);
            var body = new RequestBody(JsonDocument.Parse(copy.AsMemory(0, length), AsDeepAsDocuments), copy);
            copy = null;
            return body;
        }
        finally
        {
            if (copy is not null)
            {
                ArrayPool<byte>.Shared.Return(copy);
            }
        }
    }

    private static bool IsJson(string? contentType) =>
        contentType is "application/json"
        || (MediaTypeHeaderValue.TryParse(contentType is null ? null : EmptyParameter().Replace(contentType, ""), out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    /// <summary>A semicolon that no parameter follows means nothing (RFC 9110, 5.6.6).</summary>
    [GeneratedRegex(@";\s*(?=;|$)")]
    private static partial Regex EmptyParameter();

    private static Problem TooSlow(TimeSpan patience) =>
        Problem.Of(StatusCodes.Status408RequestTimeout, $"The body did not arrive within {patience.TotalSeconds:0} seconds.");

    private static Problem TooLarge() =>
        Problem.Of(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBytes} bytes.");

    private static string Where(JsonException malformed) =>
        malformed.LineNumber is { } line ? $"line {line + 1}, byte {malformed.BytePositionInLine + 1}" : "it is empty or cut off";
}
