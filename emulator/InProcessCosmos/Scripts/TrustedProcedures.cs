using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace InProcessCosmos.Scripts;

/// <summary>
/// The stored procedures that the program itself brings: by the hash of their text, so that nothing else that a client calls by the same
/// name is taken for one. They run in V8, where its native library is there; all others, and all where it is not, run in Jint.
/// </summary>
internal sealed class TrustedProcedures
{
    private readonly ConcurrentDictionary<string, bool> hashes = [];

    /// <summary>Declares that a text is the program's own.</summary>
    public void Add(string body) => hashes[Hash(body)] = true;

    public bool Contains(string body) => !hashes.IsEmpty && hashes.ContainsKey(Hash(body));

    private static string Hash(string body) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}
