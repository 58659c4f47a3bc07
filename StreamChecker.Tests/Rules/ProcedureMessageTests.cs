using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Rules;

/// <summary>What is said to the stored procedure, and what it says.</summary>
public sealed class ProcedureMessageTests
{
    private const string Listed = """{"streams":[],"limit":3,"isDefault":true,"outcome":"listed"}""";

    private static readonly ListCommand Command = new() { UserId = "anna" };

    [Fact]
    public void TheArguments_AreAnArrayOfOneCommand() =>
        Assert.Equal("""[{"op":"list","userId":"anna"}]""", Encoding.UTF8.GetString(StreamsProcedure.Arguments(Command)));

    [Fact]
    public void TheArgumentsOfAnEarlierCommand_StayAsTheyAre()
    {
        var arguments = StreamsProcedure.Arguments(Command);
        StreamsProcedure.Arguments(new ListCommand { UserId = "bert" });

        Assert.Equal(StreamsProcedure.Arguments(Command), arguments);
    }

    [Fact]
    public async Task AReply_IsReadAlikeFromBytesAndFromAStream()
    {
        var body = Encoding.UTF8.GetBytes(Listed);
        using var stream = new MemoryStream(body);

        Assert.Equal(3, Assert.IsType<StreamReply.Listed>(StreamsProcedure.ReadReply(body)).Limit);
        Assert.Equal(3, Assert.IsType<StreamReply.Listed>(await StreamsProcedure.ReadReplyAsync(stream, CancellationToken.None)).Limit);
    }

    [Fact]
    public async Task NoReply_IsABug_AndAGarbledOneIsNot()
    {
        using var nothing = new MemoryStream("null"u8.ToArray());
        using var garbled = new MemoryStream(Encoding.UTF8.GetBytes(Listed[..^2]));

        Assert.Equal("streams.js returned null.", Assert.Throws<StoredProcedureException>(() => StreamsProcedure.ReadReply("null"u8)).Message);
        Assert.Equal("streams.js returned null.", (await Assert.ThrowsAsync<StoredProcedureException>(async () => await StreamsProcedure.ReadReplyAsync(nothing, CancellationToken.None))).Message);
        await Assert.ThrowsAsync<JsonException>(async () => await StreamsProcedure.ReadReplyAsync(garbled, CancellationToken.None));
    }

    [Fact]
    public void AnAdmittedStart_WithoutItsTime_IsNoReply()
    {
        var admitted = JsonNode.Parse("""{"outcome":"admitted","replayed":false,"startedAt":5,"expiresAt":null,"limit":3,"active":1,"replaced":[]}""")!.AsObject();
        Assert.Equal(5, Assert.IsType<StreamReply.Admitted>(StreamsProcedure.ReadReply(Encoding.UTF8.GetBytes(admitted.ToJsonString()))).StartedAt);

        admitted.Remove("startedAt");

        Assert.Throws<JsonException>(() => StreamsProcedure.ReadReply(Encoding.UTF8.GetBytes(admitted.ToJsonString())));
    }

    [Theory]
    [InlineData("Error: streams conflict 409")]
    [InlineData("... streams conflict 412 ...")]
    public void AConflict_IsRecognizedByTheErrorsMessage(string message) =>
        Assert.Equal(new PartitionResult.Conflict(), StreamsProcedure.ReadError(message));

    [Fact]
    public void ACallThatWasNotAccepted_IsBusy() => Assert.Equal(
        new PartitionResult.Busy("a call was not accepted inside the procedure"), StreamsProcedure.ReadError("Error: streams busy: a call was not accepted"));

    [Theory]
    [InlineData("Error: streams busy 429", 0, 429)]
    [InlineData("... streams busy 503 ...", 400, 503)]
    [InlineData("Request rate is large", 429, 429)]
    public void ATransientFailureOfTheStore_IsRecognizedByTheErrorsMessageOrItsNumber(string message, int number, int seen) =>
        Assert.Equal(new PartitionResult.Busy($"{seen} inside the procedure"), StreamsProcedure.ReadError(message, number));

    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    [InlineData(413)]
    public void AnyOtherError_IsABug(int number) =>
        Assert.Equal("TypeError: x", Assert.Throws<StoredProcedureException>(() => StreamsProcedure.ReadError("TypeError: x", number)).Message);

    [Fact]
    public void TheProcedure_IsAFunctionOfACommand() => Assert.Contains("streams(command)", StreamsProcedure.Body, StringComparison.Ordinal);
}
