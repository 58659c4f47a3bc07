using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Server;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Benchmarks.Hosts;

/// <summary>A contender's web server: the Server's own routes and HTTP surface, in front of another store.</summary>
internal static class ContenderHost
{
    /// <summary>Serves until its standard input ends, which it does when the benchmark does.</summary>
    public static async Task<int> ServeAsync(string kind, string store, string[] settings)
    {
        var builder = WebApplication.CreateBuilder(ServerSettings.Options(settings));
        builder.ListenOnLoopbackByDefault();
        builder.KeepBuffersOfConnections();
        var ceiling = kind == "ceiling";
        if (!ceiling)
        {
            Stopping.AddTo(builder);
            builder.AddKeyGuard();
            builder.Services.AddStreamChecker();
            builder.Services.AddSingleton<IStreamPartitions>(await PartitionsAsync(kind, store));
        }

        await using var app = builder.Build();
        if (ceiling)
        {
            app.Run(Ceiling.RespondAsync);
        }
        else
        {
            app.Services.GetRequiredService<Stopping>().Watch(app);
            app.UseProblemResponses();
            app.UseKeyGuard();
            app.MapStreamApi();
        }

        await app.StartAsync();
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    private static async Task<IStreamPartitions> PartitionsAsync(string kind, string store) => kind switch
    {
        "lua" => await LuaStreamPartitions.ConnectAsync(store),
        "postgres" => PostgresStreamPartitions.Connect(store),
        "original" => new OriginalStreamPartitions(new DynamoTable(store)),
        _ => throw new ArgumentException($"There is no contender {kind}."),
    };

    /// <summary>Kestrel alone: it parses the body and returns the same response to every request.</summary>
    private static class Ceiling
    {
        private static readonly byte[] Body = "{\"id\":\"AgAAAAAAAAAAAAAAAAAAAAAAAAGcFbHNoABuZXcgdXNlciAwMDAwMDAwMA\",\"userId\":\"new user 00000000\",\"streamId\":\"film 1\",\"deviceName\":\"tv\",\"startedAt\":\"2026-01-31T20:15:00.000Z\",\"expiresAt\":\"2026-01-31T20:16:30.000Z\",\"heartbeatIntervalSeconds\":30,\"limit\":3,\"active\":1,\"replaced\":[]}"u8.ToArray();

        public static async Task RespondAsync(HttpContext context)
        {
            // A heartbeat has none.
            using var body = context.Request.ContentLength > 0
                ? await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted)
                : null;
            var response = context.Response;
            response.StatusCode = StatusCodes.Status201Created;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = Body.Length;
            await response.Body.WriteAsync(Body, context.RequestAborted);
        }
    }
}

/// <summary>Rejected starts of a contender, which knows one rule: a limit on all streams.</summary>
internal static class Rejections
{
    public static StreamReply.LimitReached Of(Plan plan, IReadOnlyList<RecordView> streams, long? retryAfterMs) =>
        new(streams.Count, [new(Plan.AllStreams, plan.Limit, streams.Count, streams)], retryAfterMs);
}
