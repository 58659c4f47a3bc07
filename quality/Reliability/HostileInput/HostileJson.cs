using System.Globalization;
using System.Text;

namespace StreamChecker.Reliability.HostileInput;

/// <summary>Bodies: nearly right, right and then damaged, nested without end, or no JSON at all.</summary>
internal static class HostileJson
{
    private static readonly string[] Members =
        ["userId", "streamId", "deviceName", "deviceId", "sameDevice", "onLimit", "replace", "maxConcurrentStreams", "idempotencyKey", "ids", "UserId", "user\\u0049d", "extra", "", "\\ud800", "__proto__"];

    private static readonly string[] Numbers =
        ["0", "3", "100", "101", "-1", "-0", "1.0", "3e0", "1e400", "0.1", "00", "+1", "9223372036854775808", "1E-400", "NaN", "0x10", new('9', 400)];

    private static readonly byte[][] Marks = [[0xef, 0xbb, 0xbf], [0xff, 0xfe], [0x00], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x0c]];

    public static byte[] Any(Random random, Func<string> recordId)
    {
        var bytes = Encoding.UTF8.GetBytes(random.Next(12) switch
        {
            0 => Nested(random),
            1 => string.Join(random.Next(4) == 0 ? "\r\n" : "\n", Enumerable.Range(0, random.Next(5)).Select(_ => Object(random, recordId))),
            _ => Object(random, recordId),
        });
        return random.Next(5) == 0 ? Damage(random, bytes) : bytes;
    }

    private static string Object(Random random, Func<string> recordId)
    {
        var members = new List<string>();
        if (random.Next(8) != 0)
        {
            members.Add($"\"userId\":{(random.Next(10) == 0 ? Value(random, recordId, 2) : Text(random))}");
            members.Add($"\"streamId\":{(random.Next(10) == 0 ? Value(random, recordId, 2) : Text(random))}");
        }

        if (random.Next(3) == 0)
        {
            members.Add($"\"replace\":[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Quote(recordId())))}]");
        }

        if (random.Next(3) == 0)
        {
            members.Add($"\"onLimit\":\"{(random.Next(2) == 0 ? "replaceOldest" : "reject")}\"");
        }

        if (random.Next(3) == 0)
        {
            members.Add($"\"maxConcurrentStreams\":{Numbers[random.Next(Numbers.Length)]}");
        }

        for (var more = random.Next(3); more > 0; more--)
        {
            members.Insert(random.Next(members.Count + 1), $"\"{Members[random.Next(Members.Length)]}\":{Value(random, recordId, 3)}");
        }

        return "{" + string.Join(',', members) + "}";
    }

    private static string Value(Random random, Func<string> recordId, int depth) => random.Next(depth > 0 ? 8 : 6) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 => Numbers[random.Next(Numbers.Length)],
        3 => Quote(recordId()),
        6 => $"[{Value(random, recordId, depth - 1)},{Value(random, recordId, depth - 1)}]",
        7 => $"{{{Text(random)}:{Value(random, recordId, depth - 1)}}}",
        _ => Text(random),
    };

    private static string Text(Random random) => Quote(HostileText.Any(random));

    /// <summary>As JSON, with the lone surrogates and control characters escaped, as they can be.</summary>
    private static string Quote(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var unit in text)
        {
            if (unit is '"' or '\\' or < ' ' || char.IsSurrogate(unit))
            {
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }
            else
            {
                json.Append(unit);
            }
        }

        return json.Append('"').ToString();
    }

    private static string Nested(Random random)
    {
        var (open, depth) = (random.Next(2) == 0 ? "[" : "{\"userId\":", random.Next(1, 1500));
        var nested = string.Concat(Enumerable.Repeat(open, depth));
        return random.Next(2) == 0 ? nested : $"{{\"userId\":\"nested\",\"streamId\":\"film\",\"extra\":{string.Concat(Enumerable.Repeat("[", depth))}{new string(']', depth)}}}";
    }

    private static byte[] Damage(Random random, byte[] bytes)
    {
        switch (random.Next(5))
        {
            case 0:
                return bytes[..random.Next(bytes.Length + 1)];
            case 1:
                return [.. bytes, .. bytes];
            case 2:
                var at = random.Next(bytes.Length + 1);
                return [.. bytes[..at], .. Marks[random.Next(Marks.Length)], .. bytes[at..]];
            case 3:
                return [.. bytes, .. new byte[random.Next(20_000)]];
            default:
                for (var flips = random.Next(1, 4); flips > 0 && bytes.Length > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
        }
    }
}
