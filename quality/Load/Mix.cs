using System.Buffers.Text;
using System.Text;

namespace StreamChecker.Load;

/// <summary>Requests of one kind, numbered, and the correct response to each.</summary>
internal abstract class Mix(string head, string body)
{
    private const string Digits = "00000000";

    private readonly byte[] template = Encoding.ASCII.GetBytes(
        $"POST {head} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private readonly int number = Encoding.ASCII.GetBytes(body).AsSpan().IndexOf(Encoding.ASCII.GetBytes(Digits)) is var at and >= 0 ? body.Length - at : -1;

    public static Mix Of(LoadPlan plan)
    {
        Mix mix = plan.Mix switch
        {
            MixKind.Starts => new Starts(),
            MixKind.Rejections => new Rejections(plan.Seeded),
            MixKind.Heartbeats => new Heartbeats(plan.Seeded),
            MixKind.HotUser => new HotUser(plan.First),
            _ => throw new InvalidOperationException($"No requests are known for {plan.Mix}."),
        };
        return plan.RespondsAlike ? new RespondedAlike(mix) : mix;
    }

    /// <summary>Writes a request, and returns its length.</summary>
    public virtual int Write(Span<byte> destination, long n)
    {
        template.CopyTo(destination);
        if (number >= 0)
        {
            WriteNumber(destination[(template.Length - number)..], UserOf(n));
        }

        return template.Length;
    }

    /// <summary>The error of a response; null if it is correct.</summary>
    public abstract string? Error(HttpResponse response, long n);

    protected virtual long UserOf(long n) => n;

    protected static string? Expect(HttpResponse response, int status, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        response.Status != status ? $"the status is {response.Status}, not {status}"
        : response.Body.IndexOf(first) < 0 ? $"the body lacks {Encoding.UTF8.GetString(first)}"
        : response.Body.IndexOf(second) < 0 ? $"the body lacks {Encoding.UTF8.GetString(second)}"
        : null;

    protected static void WriteNumber(Span<byte> destination, long n) => Utf8Formatter.TryFormat(n, destination, out _, new('D', (byte)Digits.Length));

    private sealed class Starts() : Mix("/stream-record", $$"""{"userId":"{{SeededStreams.NewUser}}{{Digits}}","streamId":"film 1","deviceName":"tv"}""")
    {
        public override string? Error(HttpResponse response, long n)
        {
            Span<byte> user = stackalloc byte[64];
            var length = SeededStreams.WriteUser(user, SeededStreams.NewUserUtf8, n);
            return Expect(response, 201, user[..length], "\"limit\":3,\"active\":1,\"replaced\":[]"u8)
                ?? (response.HasLocationOfItsId ? null : "the Location is not that of the id");
        }
    }

    private sealed class Rejections(long seeded) : Mix("/stream-record", $$"""{"userId":"{{SeededStreams.FullUser}}{{Digits}}","streamId":"film 1","deviceName":"tv"}""")
    {
        public override string? Error(HttpResponse response, long n) =>
            Expect(response, 403, "stream-limit-reached"u8, "\"limit\":3,\"active\":3,\"streams\":[{\"id\":\""u8);

        protected override long UserOf(long n) => SeededStreams.Spread(n, seeded);
    }

    private sealed class Heartbeats(long seeded) : Mix("/stream-record/", "")
    {
        private static readonly byte[] Head = "POST /stream-record/"u8.ToArray();
        private static readonly byte[] Tail = "/heartbeat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

        public override int Write(Span<byte> destination, long n)
        {
            var id = SeededStreams.LiveId(SeededStreams.Spread(n, seeded));
            Head.CopyTo(destination);
            var length = Head.Length + Encoding.ASCII.GetBytes(id, destination[Head.Length..]);
            Tail.CopyTo(destination[length..]);
            return length + Tail.Length;
        }

        public override string? Error(HttpResponse response, long n)
        {
            Span<byte> user = stackalloc byte[64];
            var length = SeededStreams.WriteUser(user, SeededStreams.LiveUserUtf8, SeededStreams.Spread(n, seeded));
            return Expect(response, 200, user[..length], "\"expiresAt\":\"20"u8);
        }
    }

    private sealed class HotUser(long first)
        : Mix("/stream-record", $$"""{"userId":"hot {{first}}","streamId":"film 1","deviceName":"tv","onLimit":"replaceOldest"}""")
    {
        public override string? Error(HttpResponse response, long n) =>
            Expect(response, 201, "\"userId\":\"hot "u8, "\"limit\":3,\"active\":"u8)
            ?? (response.HasLocationOfItsId ? null : "the Location is not that of the id")
            ?? (n < first + 1000 || response.Body.IndexOf("\"active\":3,\"replaced\":[{"u8) >= 0 ? null : "it replaced no stream");
    }

    /// <summary>The same requests to a server with one fixed response.</summary>
    private sealed class RespondedAlike(Mix requests) : Mix("/", "")
    {
        public override int Write(Span<byte> destination, long n) => requests.Write(destination, n);

        public override string? Error(HttpResponse response, long n) => Expect(response, 201, "{\"id\":\""u8, "\"active\":1"u8);
    }
}
