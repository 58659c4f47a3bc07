using System.Text.Json;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Properties;

/// <summary>A procedure's reply as text, all of it.</summary>
internal static class ReplyText
{
    public static string Of(StreamReply reply) => JsonSerializer.Serialize(reply, PartitionJson.Default.StreamReply);

    public static string Of(PartitionResult response) => response is PartitionResult.Committed committed ? Of(committed.Reply) : response.ToString();
}
