using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using StreamChecker.Plans;

namespace StreamChecker.Http;

/// <summary>A line of a batch of limits: its number in the body, from 1, and its change or the problem with it.</summary>
internal readonly record struct LimitLine(int Number, Input<UserLimitChange> Change);

/// <summary>Many changes of limits in one request, as JSON lines, and their results in the order of the lines.</summary>
internal static class LimitBatch
{
    /// <summary>The largest number of lines in one request.</summary>
    public const int MaxLines = 10_000;

    /// <summary>The largest number of lines that are executed together: as many as heartbeats.</summary>
    private const int MaxLinesOfPart = BodyReader.MaxIds;

    /// <summary>Reads the lines. Empty lines count for the numbers only.</summary>
    public static Input<List<LimitLine>> Read(ReadOnlySequence<byte> body, PlanCatalog plans)
    {
        List<LimitLine> lines = [];
        var rest = new SequenceReader<byte>(body);
        for (var number = 1; !rest.End; number++)
        {
            if (!rest.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
            {
                line = rest.UnreadSequence;
                rest.AdvanceToEnd();
            }

            if (IsEmpty(line))
            {
                continue;
            }

            if (lines.Count == MaxLines)
            {
                return NumberOfLines();
            }

            lines.Add(new(number, ReadLine(line, plans)));
        }

        return lines.Count == 0 ? NumberOfLines() : lines;
    }

    /// <summary>
    /// Divides the lines into parts, in their order, whose changes can be executed at the same time: each is of another user, so that a
    /// user's later line takes effect after their earlier one.
    /// </summary>
    public static IEnumerable<List<LimitLine>> Parts(IEnumerable<LimitLine> lines)
    {
        List<LimitLine> part = [];
        HashSet<string> users = new(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var user = line.Change.TryGet(out var change, out _) ? change.UserId : null;
            if (part.Count == MaxLinesOfPart || (user is not null && users.Contains(user)))
            {
                yield return part;
                (part, users) = ([], new(StringComparer.Ordinal));
            }

            part.Add(line);
            if (user is not null)
            {
                users.Add(user);
            }
        }

        yield return part;
    }

    /// <summary>Sends some of the results, after those before.</summary>
    public static async Task WriteAsync(HttpResponse response, IEnumerable<LimitResult> results, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = RequestBody.JsonLines;
            response.Headers.CacheControl = "no-store";
        }

        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text);
        foreach (var result in results)
        {
            JsonSerializer.Serialize(json, result, ApiJson.Default.LimitResult);
            text.Write("\n"u8);
            json.Reset();
        }

        await response.Body.WriteAsync(text.WrittenMemory, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private static Input<UserLimitChange> ReadLine(ReadOnlySequence<byte> line, PlanCatalog plans)
    {
        try
        {
            return BodyReader.ReadLimitLine(line, plans);
        }
        catch (JsonException malformed)
        {
            return Problem.InvalidBody($"The line is not well-formed JSON: {(malformed.BytePositionInLine is { } position ? $"byte {position + 1}" : "it is truncated")}.");
        }
    }

    private static bool IsEmpty(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }

    private static Problem NumberOfLines() => Problem.InvalidBody($"The body must have 1 to {MaxLines} lines.");
}
