using System.Buffers;
using System.Text.Json;

namespace StreamChecker;

/// <summary>A buffer, and a writer of JSON into it. Each thread keeps one for its next use, since both cost more than most of the JSON.</summary>
internal sealed class JsonBuffer : IDisposable
{
    private const int FirstBytes = 1024;

    /// <summary>A larger buffer is left to the garbage collector: each thread would keep it.</summary>
    private const int MostKeptBytes = 64 * 1024;

    [ThreadStatic]
    private static JsonBuffer? kept;

    private readonly ArrayBufferWriter<byte> bytes = new(FirstBytes);

    private JsonBuffer() => Json = new(bytes, new() { SkipValidation = true });

    /// <summary>The writer.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>The JSON in UTF-8; valid until the buffer is disposed.</summary>
    public ReadOnlyMemory<byte> Written
    {
        get
        {
            Json.Flush();
            return bytes.WrittenMemory;
        }
    }

    /// <summary>Takes an empty buffer, which nothing else uses until it is disposed.</summary>
    public static JsonBuffer Take()
    {
        var buffer = kept ?? new();
        kept = null;
        return buffer;
    }

    /// <summary>Returns the buffer, to the thread that runs now.</summary>
    public void Dispose()
    {
        if (bytes.Capacity <= MostKeptBytes)
        {
            Json.Reset();
            bytes.ResetWrittenCount();
            kept = this;
        }
    }
}
