using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Api;

/// <summary>A request's JSON body, or the problem with it. At most 16 KiB of <c>application/json</c> in UTF-8.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int MaxBytes = 16 * 1024;

    private readonly JsonDocument? json;
    private readonly byte[]? rented;
    private readonly Problem? problem;

    private RequestBody(Problem problem) => this.problem = problem;

    private RequestBody(JsonDocument json, byte[] rented) => (this.json, this.rented) = (json, rented);

    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
        {
            return new(Problem.Of(StatusCodes.Status415UnsupportedMediaType, "The body must be application/json in UTF-8."));
        }

        if (request.ContentLength > MaxBytes)
        {
            return new(TooLarge());
        }

        // One byte more than may be, to see that there is more; where the request says how many there are, no more than those come.
        var most = (int?)request.ContentLength ?? MaxBytes + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(buffer.AsMemory(0, most), most, throwOnEndOfStream: false, cancellationToken);
            if (length > MaxBytes)
            {
                return new(TooLarge());
            }

            var json = JsonDocument.Parse(buffer.AsMemory(0, length));
            var body = new RequestBody(json, buffer);
            buffer = null;
            return body;
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
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
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

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Problem TooLarge() =>
        Problem.Of(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBytes} bytes.");

    private static string Where(JsonException malformed) =>
        malformed.LineNumber is { } line ? $"line {line + 1}, byte {malformed.BytePositionInLine + 1}" : "it is empty or cut off";
}
