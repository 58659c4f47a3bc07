using System.Buffers.Text;

namespace StreamChecker.Tests.Rules;

/// <summary>The public id: opaque to callers, and one for every record.</summary>
public sealed class StreamRecordIdTests
{
    private static readonly StreamRecordId Id = new("anna", 2, new RecordKey(1));

    [Theory]
    [InlineData("a", 0)]
    [InlineData("\u00e4\ud83c\udf7f/?#", 101)]
    public void AnId_IsReadBackFromItsText(string userId, int slot)
    {
        var id = new StreamRecordId(userId, slot, RecordKey.New());

        Assert.True(StreamRecordId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
    }

    [Fact]
    public void TheLongestUserId_Fits()
    {
        var id = new StreamRecordId(new string('\u20ac', 256), 0, RecordKey.New());

        Assert.True(StreamRecordId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
        Assert.True(id.ToString().Length <= 1050);
    }

    [Fact]
    public void ASlotThatDoesNotFit_HasNoId() => Assert.Throws<OverflowException>(() => new StreamRecordId("anna", ushort.MaxValue + 1, new RecordKey(1)));

    public static TheoryData<string?> NotIds => new()
    {
        null, "", "a", "AQAA", "not an id", new string('A', 2000), Id + "=", Id + " ", " " + Id, Id.ToString()[..^1] + "!", "Ag" + Id.ToString()[2..],
        Id.ToString()[..25], Base64Url.EncodeToString([1, .. new byte[18], 0xFF]), Base64Url.EncodeToString([1, .. new byte[18]]),
    };

    [Theory]
    [MemberData(nameof(NotIds))]
    public void AnythingElse_IsNoId(string? text) => Assert.False(StreamRecordId.TryParse(text, out _));

    [Fact]
    public void EveryOtherSpelling_IsNoId()
    {
        var text = Id.ToString();
        foreach (var letter in "ABCabc019-_")
        {
            if (letter != text[^1] && StreamRecordId.TryParse(text[..^1] + letter, out var other))
            {
                Assert.NotEqual(Id, other);
            }
        }
    }
}
