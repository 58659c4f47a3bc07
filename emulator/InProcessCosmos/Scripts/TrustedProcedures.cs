using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace InProcessCosmos.Scripts;

/// <summary>
/// The stored procedures that are part of the program, identified by the hash of their text: a client's procedure with the same ID is not
/// trusted. Trusted procedures run in V8 if its native library is available; all others run in Jint.
/// </summary>
internal sealed class TrustedProcedures
{
    private readonly ConcurrentDictionary<string, bool> hashes = [];

    /// <summary>Adds a text.</summary>
    public void Add(string body) => hashes[Hash(body)] = true;

    public bool Contains(string body) => !hashes.IsEmpty && hashes.ContainsKey(Hash(body));

    private static string Hash(string body) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}
