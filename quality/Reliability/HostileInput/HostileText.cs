using System.Text;

namespace StreamChecker.Reliability.HostileInput;

/// <summary>Texts that break what is careless with texts.</summary>
internal static class HostileText
{
    private static readonly string[] Known =
    [
        "", " ", "\0", "a\0b", "\u0001", "\u007f", "\u009f", "\ufeff", "\ud800", "\udc00x", "x\ud800", "\ud83d\ude00", "\u200b", "\u202e", "\uffff",
        "e\u0301", "\u00e9", "null", "true", "0", "-1", "undefined", "__proto__", "constructor", "limit", "0\n1", "../../etc", "..%2f", "%00", "%",
        "\"", "\\", "'", "' OR 1=1 --", "<script>", "${x}", "{{x}}", "\r\nX-Evil: 1", "$.id", "c.userId", "@userId", "catalog", "d", "\u0001probe",
        new('x', 256), new('x', 257), new('\u20ac', 256), new('x', 5000),
        string.Concat(Enumerable.Repeat("\U0001F600", 256)), string.Concat(Enumerable.Repeat("\U0001F600", 257)),
    ];

    /// <summary>Users, films and devices that do not exist yet, but resemble existing ones.</summary>
    private static readonly string[] NearVictims =
    [
        "victim-0 ", " victim-0", "VICTIM-0", "victim-0\u200b", "victim\u20100", "victim-00", "victim-", "victim-0/1", "victim-0\0",
    ];

    public static string Any(Random random) => random.Next(6) switch
    {
        0 => Known[random.Next(Known.Length)],
        1 => NearVictims[random.Next(NearVictims.Length)],
        2 => Noise(random, random.Next(1, 12)),
        3 => Known[random.Next(Known.Length)] + Known[random.Next(Known.Length)],
        _ => $"user {random.Next(500)}",
    };

    /// <summary>Any UTF-16 code units, lone surrogates too.</summary>
    public static string Noise(Random random, int length)
    {
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++)
        {
            text.Append((char)(random.Next(4) == 0 ? random.Next(0x10000) : random.Next(0x80)));
        }

        return text.ToString();
    }
}
