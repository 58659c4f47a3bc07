using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamChecker.Http;
using StreamChecker.Load;

namespace StreamChecker.Benchmarks.Micro;

/// <summary>Reading a request's body, writing a response's body.</summary>
public class HttpBenchmarks
{
    private static readonly byte[] Body = """{"userId":"new user 00000001","streamId":"film 1","deviceName":"tv"}"""u8.ToArray();
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 20, 15, 0, TimeSpan.Zero);

    private static readonly PlanCatalog Plans = new(
        Options.Create(new StreamCheckerOptions()),
        new PlanSource(),
        TimeProvider.System,
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()),
        NullLogger<PlanCatalog>.Instance);

    private readonly DefaultHttpContext context = new();
    private readonly StartedStream started = StartedStream.From(
        new StartResult.Admitted(
            new StreamRecord(SeededStreams.LiveRecord(1), "new user 00000001", "film 1", "tv", Now, Now.AddSeconds(90)), 3, 1, [], Replayed: false, TimeSpan.FromSeconds(30), []));

    /// <summary>Reads and checks a start's body.</summary>
    [Benchmark]
    public async Task<object> ReadBody()
    {
        context.Request.ContentType = "application/json";
        context.Request.ContentLength = Body.Length;
        context.Request.Body = new MemoryStream(Body);
        var input = await RequestBody.ReadAsync(context.Request, body => BodyReader.ReadStart(body, Plans), Timeout, TimeProvider.System, CancellationToken.None);
        return input.TryGet(out var start, out var problem) ? start : problem;
    }

    /// <summary>Writes a start's response.</summary>
    [Benchmark]
    public Task WriteResponse()
    {
        context.Response.Body = Stream.Null;
        context.Response.Headers.Clear();
        return started.ExecuteAsync(context);
    }
}
