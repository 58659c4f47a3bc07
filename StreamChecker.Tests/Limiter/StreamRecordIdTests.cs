using System.Buffers.Text;
using StreamChecker.Server.Contract;

namespace StreamChecker.Tests.Limiter;

/// <summary>The public id: opaque to callers, and one for every record.</summary>
public sealed class StreamRecordIdTests
{
    private static readonly StreamRecordId Id = new("anna", new RecordKey(1), 1_769_890_500_000);

    [Theory]
    [InlineData("a", 0)]
    [InlineData("\u00e4\ud83c\udf7f/?#", 1_769_890_500_000)]
    [InlineData("a", long.MaxValue)]
    public void AnId_IsReadBackFromItsText(string userId, long startedAt)
    {
        var id = new StreamRecordId(userId, RecordKey.New(), startedAt);

        Assert.True(StreamRecordId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
        Assert.Equal((userId, id.Key, startedAt), (read.UserId, read.Key, read.StartedAt));
    }

    [Fact]
    public void TheText_IsVersionKeyMomentAndUser() =>
        Assert.Equal(
            Base64Url.EncodeToString([2, .. new byte[15], 1, 0, 0, 0x01, 0x9C, 0x15, 0xB1, 0xCD, 0xA0, .. "anna"u8]),
            Id.ToString());

    [Fact]
    public void UserKeyAndMoment_EachMakeAnotherId()
    {
        StreamRecordId[] ids = [Id, new("Anna", Id.Key, Id.StartedAt), new("anna", new RecordKey(2), Id.StartedAt), new("anna", Id.Key, Id.StartedAt + 1)];

        Assert.Equal(4, ids.Distinct().Count());
        Assert.Equal(4, ids.Select(id => id.ToString()).Distinct().Count());
    }

    [Theory]
    [InlineData("\u20ac")]
    [InlineData("\U0001F600")]
    public void TheLongestUserId_Fits(string character)
    {
        var id = new StreamRecordId(string.Concat(Enumerable.Repeat(character, 256)), RecordKey.New(), 0);

        Assert.True(StreamRecordId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
        Assert.True(id.ToString().Length <= CallParameter.RecordId.MaxLength);
    }

    public static TheoryData<string?> NotIds => new()
    {
        null, "", "a", "AgAA", "not an id", new string('A', 2000), Id + "=", Id + " ", " " + Id, Id.ToString()[..^1] + "!", "Aw" + Id.ToString()[2..],
        Id.ToString()[..33], Base64Url.EncodeToString([2, .. new byte[24], 0xFF]), Base64Url.EncodeToString([2, .. new byte[24]]),
    };

    [Theory]
    [MemberData(nameof(NotIds))]
    public void AnythingElse_IsNoId(string? text) => Assert.False(StreamRecordId.TryParse(text, out _));

    /// <summary>Version 1 had two bytes of a slot number and then the key, and no moment.</summary>
    [Theory]
    [InlineData("anna")]
    [InlineData("a user whose id is longer")]
    public void AnIdOfVersion1_IsNoId(string userId)
    {
        byte[] version1 = [1, 0, 2, .. new byte[15], 7, .. System.Text.Encoding.UTF8.GetBytes(userId)];
        Assert.False(StreamRecordId.TryParse(Base64Url.EncodeToString(version1), out _));

        // The version decides: the longer ID could be read.
        version1[0] = 2;
        Assert.Equal(userId != "anna", StreamRecordId.TryParse(Base64Url.EncodeToString(version1), out _));
    }

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
