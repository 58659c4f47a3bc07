using System.Text.Json.Nodes;
using StreamChecker.Reliability.Procedures;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Reliability.Interleavings.Slots;

/// <summary>The stored procedure before records: numbered slots, one stream each, and a document for the user's own limit.</summary>
internal sealed record SlotFormat() : PartitionFormat(TestText.Read("slots.js"))
{
    public override bool NeedsUserDocument => false;

    public override JsonObject? Document(JsonObject document)
    {
        if ((string?)document["id"] is var id && id != "user")
        {
            document["recordId"] = id;
            document["id"] = id![1..];
            return document;
        }

        return document["limit"] is { } limit
            ? new()
            {
                ["id"] = "limit",
                ["userId"] = Commands.User,
                ["maxConcurrentStreams"] = limit.DeepClone(),
                ["setAt"] = Commands.Base - 200_000,
                ["ttl"] = -1,
            }
            : null;
    }

    public override string Command(StreamCommand command, Document? stream, bool repeated)
    {
        var order = JsonNode.Parse(Records().Command(command, stream, repeated))!;
        Rename(order, "key", "recordId");
        order["defaultLimit"] = Commands.DefaultLimit;
        if (command is SetLimitCommand { Change.Limit.To: { } limit })
        {
            order["maxConcurrentStreams"] = limit;
        }

        if (command is RenewCommand or StopCommand)
        {
            order["slot"] = int.Parse(stream?.Id ?? "0", provider: null);
        }
        else if (command is StartCommand && repeated)
        {
            order["mayRepeat"] = true;
        }

        return order.ToJsonString();
    }

    public override StreamReply Reply(string body)
    {
        var reply = JsonNode.Parse(body)!;
        Rename(reply, "recordId", "key");
        if ((bool?)reply["isDefault"] is true)
        {
            reply["limit"] = null;
        }

        if ((string?)reply["outcome"] == "limitReached")
        {
            reply["violations"] = new JsonArray(new JsonObject
            {
                ["rule"] = "streams", ["limit"] = reply["limit"]!.DeepClone(), ["active"] = reply["active"]!.DeepClone(), ["streams"] = reply["streams"]!.DeepClone(),
            });
        }

        return Records().Reply(reply.ToJsonString());
    }

    private static void Rename(JsonNode? node, string from, string to)
    {
        if (node is JsonObject members)
        {
            if (members.Remove(from, out var value))
            {
                members[to] = value;
            }

            foreach (var (_, member) in members.ToArray())
            {
                Rename(member, from, to);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Rename(item, from, to);
            }
        }
    }
}
