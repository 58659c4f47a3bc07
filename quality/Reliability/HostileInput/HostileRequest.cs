using System.Text;
using Microsoft.AspNetCore.Http;

namespace StreamChecker.Reliability.HostileInput;

/// <summary>One request of an attacker, or of a broken client.</summary>
internal sealed record HostileRequest(string Method, string Path, string Query, List<(string Name, string Value)> Headers, byte[] Body)
{
    private static readonly string[] Methods = ["POST", "DELETE", "GET", "PUT", "HEAD", "PATCH", "OPTIONS", "TRACE", "post", "X", "DELETE "];

    private static readonly string[] Calls = ["heartbeat", "stop", "cmcd", "x"];

    private static readonly string[] ContentTypes =
    [
        "application/cmcd",
        "application/json; charset=utf-8", "application/json; charset=utf-16",
        "APPLICATION/JSON", "application/jsonx", "text/plain", "application/x-ndjson", "application/json;;", "application/json; charset=\"", "", "\u0000", "*/*", "application/x-www-form-urlencoded",
    ];

    public static HostileRequest Any(Random random, Func<string> recordId)
    {
        var path = PathOf(random, recordId);
        var headers = new List<(string, string)>();
        if (random.Next(3) != 0)
        {
            headers.Add(("Content-Type", path == "/stream-limit/batch" ? "application/x-ndjson" : "application/json"));
        }
        else if (random.Next(10) != 0)
        {
            headers.Add(("Content-Type", ContentTypes[random.Next(ContentTypes.Length)]));
        }

        if (random.Next(4) == 0)
        {
            headers.Add(("Idempotency-Key", HostileText.Any(random)));
        }

        if (random.Next(8) == 0)
        {
            headers.Add((random.Next(2) == 0 ? "Idempotency-Key" : $"X-{random.Next(100)}", HostileText.Noise(random, random.Next(40))));
        }

        if (random.Next(20) == 0)
        {
            headers.Add(("Content-Length", random.Next(3) switch { 0 => "0", 1 => "9999999999", _ => "1" }));
        }

        return new(MethodOf(random, path), path, QueryOf(random, recordId), headers, HostileJson.Any(random, recordId));
    }

    public void Fill(HttpContext context)
    {
        var request = context.Request;
        request.Method = Method;
        request.Path = new PathString(Path);
        request.QueryString = new QueryString(Query);
        foreach (var (name, value) in Headers)
        {
            request.Headers.Append(name, value);
        }

        request.Body = new MemoryStream(Body);
    }

    public override string ToString() =>
        $"{Method} {Path}{Query} {string.Join(", ", Headers)} {Encoding.UTF8.GetString(Body)}";

    private static string MethodOf(Random random, string path) => path switch
    {
        _ when random.Next(8) == 0 => Methods[random.Next(Methods.Length)],
        "/stream-record" => random.Next(6) switch { 0 => "GET", 1 => "DELETE", _ => "POST" },
        "/stream-limit" => random.Next(4) switch { 0 => "GET", 1 => "DELETE", _ => "PUT" },
        _ when path.EndsWith("/heartbeat", StringComparison.Ordinal) || path.StartsWith("/player/", StringComparison.Ordinal) || path is "/stream-limit/batch" or "/stream-record/heartbeats" => "POST",
        _ => "DELETE",
    };

    private static string PathOf(Random random, Func<string> recordId) => random.Next(16) switch
    {
        0 or 1 or 2 or 3 => "/stream-record",
        4 or 5 => "/stream-limit",
        6 or 7 => "/stream-record/" + recordId(),
        8 or 9 => $"/stream-record/{recordId()}/heartbeat",
        10 => "/stream-limit/batch",
        11 => "/stream-record/heartbeats",
        12 => "/" + HostileText.Any(random),
        13 or 14 => $"/player/{(random.Next(2) == 0 ? recordId() : HostileText.Noise(random, random.Next(120)))}/{Calls[random.Next(Calls.Length)]}",
        _ => $"/stream-record/{HostileText.Noise(random, random.Next(30))}",
    };

    private static string QueryOf(Random random, Func<string> recordId) => random.Next(8) switch
    {
        0 => "",
        1 => "?userId=" + HostileText.Any(random),
        2 => "?userId=" + Escaped(HostileText.Any(random)) + "&userId=" + Escaped(HostileText.Any(random)),
        3 => "?userId[]=" + random.Next(500),
        4 => "?userId=%" + HostileText.Noise(random, 4),
        5 => "?USERID=user%20" + random.Next(500) + "&id=" + recordId(),
        _ => "?userId=" + Escaped(HostileText.Any(random)),
    };

    private static string Escaped(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(unit => $"%{unit:X2}"));
}
