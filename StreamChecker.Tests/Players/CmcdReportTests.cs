using System.Buffers;
using System.Text;
using StreamChecker.Players;

namespace StreamChecker.Tests.Players;

/// <summary>Which of a player's CMCD events are a heartbeat, and which are an end.</summary>
public sealed class CmcdReportTests
{
    [Theory]
    [InlineData("e=t")]
    [InlineData("e=t\n")]
    [InlineData("e=t,sta=p,ts=1769890500000,v=2")]
    [InlineData("  e=t , sta=a ,v=2\r\n\r\n")]
    [InlineData("bl=(5000;v 1200;a),br=(3000;v),cid=\"a,b;e=x\",e=t,sta=r,ts=1769890500000,v=2")]
    [InlineData("e=\"t\",sta=\"p\"")]
    [InlineData("e=t;com.example=1,v=2")]
    [InlineData("e=ps,e=t")]
    [InlineData("v=1,e=t")]
    [InlineData("v=two,e=t")]
    [InlineData("com.example-e=q,sid=\"\\\"e=q\",e=t")]
    [InlineData("e=ps,sta=s,ts=1,v=2\ne=rr,ts=2,v=2\ne=t,sta=p,ts=3,v=2\ne=rr,ts=4,v=2")]
    public void ATimeInterval_IsAHeartbeat(string body) => Assert.Equal(CmcdReport.Alive, Read(body));

    [Theory]
    [InlineData("e=ps,sta=e,ts=1769890500000,v=2")]
    [InlineData("e=ps,sta=q")]
    [InlineData("e=t,sta=e,v=2")]
    [InlineData("sta=e;x=1")]
    [InlineData("e=t,sta=p,ts=1,v=2\ne=ps,sta=e,ts=2,v=2")]
    [InlineData("e=ps,sta=e,ts=2,v=2\ne=t,sta=p,ts=1,v=2")]
    [InlineData("e=ps,sta=e,ts=2,v=2\ne=rr,ts=3,v=2")]
    [InlineData("e=t,sta=p,v=2\ne=ps,sta=q,v=2")]
    public void AnEnd_IsAStop(string body) => Assert.Equal(CmcdReport.Over, Read(body));

    [Theory]
    [InlineData("e=ps,sta=e,ts=1,v=2\ne=t,sta=p,ts=2,v=2")]
    [InlineData("e=t,sta=p,ts=2,v=2\ne=ps,sta=e,ts=1,v=2")]
    [InlineData("e=ps,sta=e,v=2\ne=t,sta=p,v=2")]
    public void AnEndThatALaterStateFollowed_IsNone(string body) => Assert.Equal(CmcdReport.Alive, Read(body));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("e=ps,sta=p,ts=1769890500000,v=2")]
    [InlineData("e=rr,url=\"https://cdn.example/e=t\",v=2")]
    [InlineData("e=t,v=3")]
    [InlineData("e=ps,sta=e,v=3")]
    [InlineData("v=99999999999,e=t")]
    [InlineData("e=(t)")]
    [InlineData("e=tt")]
    [InlineData("e")]
    [InlineData("sta")]
    [InlineData("E=t")]
    [InlineData("sid=\"open,e=t,sta=e")]
    [InlineData("br=(1,e=t,sta=e")]
    [InlineData("{\"e\":\"t\"}")]
    [InlineData("CMCD=e%3Dt")]
    public void EveryOtherEvent_MeansNothing(string body) => Assert.Equal(CmcdReport.Nothing, Read(body));

    [Fact]
    public void ALineOfALaterVersion_IsIgnoredAsAWhole() => Assert.Equal(CmcdReport.Alive, Read("e=ps,sta=e,ts=9,v=3\ne=t,sta=p,ts=1,v=2"));

    [Fact]
    public void ABodyInSeveralSegments_IsReadAsOne()
    {
        var text = Encoding.UTF8.GetBytes("e=ps,sta=s,ts=1,v=2\ne=t,sta=p,ts=2,v=2\n");
        for (var cut = 1; cut < text.Length; cut++)
        {
            var first = new Segment(text[..cut], null);
            var last = new Segment(text[cut..], first);

            Assert.Equal(CmcdReport.Alive, CmcdReports.Read(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length)));
        }
    }

    /// <summary>Random bytes, and random pieces of the grammar: nothing throws, and what stands before and after on lines of their own counts as always.</summary>
    [Fact]
    public void WhateverALineIs_TheOtherLinesCount()
    {
        string[] pieces = ["e=t", "sta=e", "sta=p", ",", ";", "=", "(", ")", "\"", "\\", " ", "\t", "\0", "\u00e4", "v=3", "ts=", "-1", "1.5", "?1", ":AA==:", "ts=99999999999999999999"];
        var random = new Random(20);
        for (var round = 0; round < 50_000; round++)
        {
            var line = random.Next(4) == 0
                ? Enumerable.Range(0, random.Next(40)).Select(_ => (byte)random.Next(256)).Where(value => value is not ((byte)'\n' or (byte)'\r')).ToArray()
                : Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)])));

            Assert.Equal(CmcdReport.Over, Read([.. "e=t\n"u8, .. line, .. "\ne=ps,sta=q,ts=9223372036854775807,v=2"u8]));
            Assert.NotEqual(CmcdReport.Nothing, Read([.. line, .. "\ne=t,v=2"u8]));
        }
    }

    [Theory]
    [InlineData("a=1,b=\"x,y\",c", "a:1|b:\"x,y\"|c:")]
    [InlineData("a=(1 2;p=\",\" 3),b=2", "a:(1 2;p=\",\" 3)|b:2")]
    [InlineData("a;p=1,b=t;q", "a:|b:t")]
    [InlineData(",, a=1 ,\t,b=2,", "a:1|b:2")]
    [InlineData("a=\"\\\\\",b=\"\\\"\",c=1", "a:\"\\\\\"|b:\"\\\"\"|c:1")]
    [InlineData("a==b", "a:=b")]
    [InlineData("=1", ":1")]
    public void ADictionary_IsSplitAtTheCommasOutsideOfStringsAndLists(string text, string members)
    {
        var dictionary = new StructuredDictionary(Encoding.UTF8.GetBytes(text));
        var read = new List<string>();
        while (dictionary.Read())
        {
            read.Add($"{Encoding.UTF8.GetString(dictionary.Key)}:{Encoding.UTF8.GetString(dictionary.Value)}");
        }

        Assert.Equal(members, string.Join('|', read));
    }

    private static CmcdReport Read(string body) => Read(Encoding.UTF8.GetBytes(body));

    private static CmcdReport Read(byte[] body) => CmcdReports.Read(new ReadOnlySequence<byte>(body));

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is not null)
            {
                (previous.Next, RunningIndex) = (this, previous.RunningIndex + previous.Memory.Length);
            }
        }
    }
}
