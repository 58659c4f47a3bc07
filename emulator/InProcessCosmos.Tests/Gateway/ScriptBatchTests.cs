using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using InProcessCosmos.Disk;
using InProcessCosmos.Documents;
using InProcessCosmos.Scripts;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>Many calls of a trusted procedure at once: they come to what they come to one after the other.</summary>
public sealed class ScriptBatchTests : IDisposable
{
    /// <summary>Does with its partition what its argument says, and returns what it saw.</summary>
    private const string Script =
        """
        function (order) {
            'use strict';
            var c = getContext().getCollection(), link = c.getSelfLink(), seen = [];
            switch (order.op) {
                case 'add': read(order.id, function (document) { write(document, { id: order.id, userId: order.userId, n: (document ? document.n : 0) + 1 }); }); break;
                case 'count': c.readDocuments(link, { pageSize: -1 }, function (e, feed) { done(feed.map(function (d) { return d.id + d.n; })); }); break;
                case 'select': c.queryDocuments(link, 'SELECT VALUE c.n FROM c WHERE c.n > 1 ORDER BY c.n', function (e, feed) { if (e) throw e; done(feed); }); break;
                case 'remove': c.deleteDocument(c.getAltLink() + '/docs/' + order.id, function (e) { done(e ? e.number : 0); }); break;
                case 'throw': c.createDocument(link, { id: 'thrown', userId: order.userId, n: 100 }, function () { throw new Error(7, 'thrown'); }); break;
                case 'abort': c.createDocument(link, { id: 'thrown', userId: order.userId, n: 100 }, function () { getContext().abort(new Error(8, 'aborted')); }); break;
                case 'loop': c.createDocument(link, { id: 'thrown', userId: order.userId, n: 100 }, function () { for (;;); }); break;
                case 'fill': for (var all = [];;) all.push(new Array(1000).fill(Math.random()));
                case 'slow': for (var sum = 0, i = 0; i < 3e7; i++) sum = (sum + i) % 7; done(i); break;
            }
            function read(id, then) { c.readDocument(c.getAltLink() + '/docs/' + id, function (e, document) { then(e ? null : document); }); }
            function write(before, document) {
                if (before) c.replaceDocument(before._self, document, { etag: before._etag }, function (e) { if (e) throw e; done(document.n); });
                else c.createDocument(link, document, function (e) { if (e) throw e; done(document.n); });
            }
            function done(body) { getContext().getResponse().setBody(body); }
        }
        """;

    private static readonly Container Items = new(1, "shop", "items", "/userId", DefaultTimeToLive: -1);
    private static readonly Procedure Counting = new(Items.Number, "counting", Script, Etag: 1, Timestamp: 0, Resource: 1);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("in-process-cosmos-");
    private readonly DocumentStorage storage;
    private readonly V8Watchdog watchdog = new();
    private readonly ProcedureRunner inV8;
    private readonly ProcedureRunner inJint;

    public ScriptBatchTests()
    {
        storage = DocumentStorage.Open(folder.FullName, PartitionAddress.PrefixLength, failure => Assert.Fail(failure.Message));
        var trusted = new TrustedProcedures();
        trusted.Add(Script);
        (inV8, inJint) = (Runner(trusted, seconds: 30), Runner(new(), seconds: 30));
    }

    public void Dispose()
    {
        inV8.Dispose();
        inJint.Dispose();
        watchdog.Dispose();
        storage.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void V8_IsThere_OnLinuxOnX64()
    {
        Assert.Equal(OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, V8Host.IsAvailable);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void ABatch_DoesWhatItsCallsDoOneByOne_WhateverTheHints(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var orders = Enumerable.Range(0, 1 + random.Next(40)).Select(_ => AnyOrder(random)).ToArray();
            var one = new Partitions();
            var before = Enumerable.Range(0, random.Next(8)).Select(_ => AnyOrder(random, "add", "remove", "add")).ToArray();
            one.Run(inJint, before, _ => ReadHint.None, together: false);
            var other = one.Copy();

            Assert.Equal(
                one.Run(inJint, orders, _ => ReadHint.None, together: false),
                other.Run(inV8, orders, _ => AnyHint(random), together: true));
            Assert.Equal(one.Content(), other.Content());
        }
    }

    [Theory]
    [InlineData("abort", 400, 8, 30)]
    [InlineData("loop", 408, 0, 1)]
    [InlineData("fill", 403, 0, 30)]
    public void ACallThatIsEnded_GetsItsError_AndAllOthersTheirResponses(string op, int status, int number, double seconds)
    {
        var trusted = new TrustedProcedures();
        trusted.Add(Script);
        using var runner = Runner(trusted, seconds);
        var partitions = new Partitions();
        Order[] orders = [new("add", "anna", "1"), new("add", "bert", "1"), new(op, "anna", "1"), new("add", "anna", "1"), new("throw", "bert", "1"), new("add", "bert", "1"), new(op, "carl", "1"), new("count", "anna", "")];

        var outcomes = partitions.Run(runner, orders, _ => ReadHint.WholePartition, together: true);

        Assert.Equal(["1", "1", $"{status}/{number}", "2", "400/7", "2", $"{status}/{number}", "[\"12\"]"], outcomes);
        Assert.Equal("anna/1:2 bert/1:2", partitions.Content());
    }

    [Fact]
    public void ABatch_TakesNoMoreCalls_AfterAWhile_AndTheRestRunNext()
    {
        var partitions = new Partitions();
        Order[] orders = [new("slow", "anna", "1"), new("add", "anna", "1"), new("slow", "bert", "1"), new("add", "anna", "1")];

        Assert.Equal(["30000000", "1", "30000000", "2"], partitions.Run(inV8, orders, _ => ReadHint.None, together: true));
    }

    [Fact]
    public void APartitionThatIsLargerThanAScriptHostShouldTake_IsReadInJint()
    {
        var partitions = new Partitions();
        for (var i = 0; i < 5; i++)
        {
            partitions.Put("anna", $"large{i}", $"{{\"id\":\"large{i}\",\"userId\":\"anna\",\"n\":{i},\"text\":\"{new string('x', 1 << 19)}\"}}");
        }

        Order[] orders = [new("add", "bert", "1"), new("count", "anna", ""), new("add", "bert", "1")];
        string[] expected = ["1", "[\"large00\",\"large11\",\"large22\",\"large33\",\"large44\"]", "2"];

        Assert.Equal(expected, partitions.Copy().Run(inV8, orders, _ => ReadHint.WholePartition, together: true));
        Assert.Equal(expected, partitions.Copy().Run(inV8, orders, _ => ReadHint.None, together: true));
    }

    private static Order AnyOrder(Random random, params string[] ops)
    {
        if (ops.Length == 0)
        {
            ops = ["add", "add", "add", "remove", "count", "select", "throw"];
        }

        return new(ops[random.Next(ops.Length)], new[] { "anna", "bert", "carl" }[random.Next(3)], random.Next(5).ToString(CultureInfo.InvariantCulture));
    }

    private static ReadHint AnyHint(Random random) => random.Next(5) switch
    {
        0 => ReadHint.None,
        1 => ReadHint.WholePartition,
        2 => ReadHint.Documents(random.Next(5).ToString(CultureInfo.InvariantCulture)),
        3 => ReadHint.Documents(new StringValues(["0", "2", "none", random.Next(5).ToString(CultureInfo.InvariantCulture)])),
        _ => ReadHint.Documents("none"),
    };

    private ProcedureRunner Runner(TrustedProcedures trusted, double seconds)
    {
        var clock = new EngineClock(new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero)));
        return new(new(storage, clock), clock, new(new ScriptLimits { Time = TimeSpan.FromSeconds(seconds) }, trusted, watchdog));
    }

    private sealed record Order(string Op, string UserId, string Id)
    {
        public PartitionAddress Address => PartitionAddress.Of(Items, PartitionKeyText.Of(UserId));

        public byte[] Json => Encoding.UTF8.GetBytes($$"""[{"op":"{{Op}}","userId":"{{UserId}}","id":"{{Id}}"}]""");
    }

    /// <summary>What is written and in no storage yet.</summary>
    private sealed class Partitions
    {
        private ImmutableSortedDictionary<(string Partition, string Id), StoredDocument> documents = ImmutableSortedDictionary<(string, string), StoredDocument>.Empty;

        public Partitions Copy() => new() { documents = documents };

        public void Put(string userId, string id, string json) =>
            documents = documents.SetItem((userId, id), StoredDocument.Create(id, json, long.MaxValue, 1, 1, (ulong)(documents.Count + 1) << 8));

        /// <summary>Runs orders, and returns the outcome of each.</summary>
        public List<string> Run(ProcedureRunner runner, IReadOnlyList<Order> orders, Func<Order, ReadHint> hint, bool together)
        {
            var calls = orders.Select(order => new ScriptCall(order.Address, order.Json, ScriptRequest.None, hint(order), order.UserId)).ToList();
            foreach (var some in together ? [calls] : calls.Select(call => new List<ScriptCall> { call }))
            {
                runner.Run(Counting, some, Unwritten, Take);
            }

            return calls.ConvertAll(call => call.Outcome switch
            {
                ScriptOutcome.Completed completed => Encoding.UTF8.GetString(completed.Body.Span),
                ScriptOutcome.Failed failed => $"{failed.Status}/{failed.Number}",
                _ => "nothing",
            });
        }

        public string Content() => string.Join(' ', documents.Select(document =>
            $"{document.Key.Partition}/{document.Key.Id}:{System.Text.Json.JsonDocument.Parse(document.Value.Json).RootElement.GetProperty("n")}"));

        private void Take(ScriptCall call)
        {
            foreach (var (id, document) in call.Writes)
            {
                documents = document is null ? documents.Remove(((string)call.Owner!, id)) : documents.SetItem(((string)call.Owner!, id), document);
            }
        }

        private Dictionary<string, StoredDocument?> Unwritten(PartitionAddress address) => documents
            .Where(document => PartitionAddress.Of(Items, PartitionKeyText.Of(document.Key.Partition)).Equals(address))
            .ToDictionary(document => document.Key.Id, document => (StoredDocument?)document.Value);
    }
}
