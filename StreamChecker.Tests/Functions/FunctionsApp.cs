using System.Linq.Expressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.Cosmos;
using StreamChecker.Embedded;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Functions;

/// <summary>The triggers' own code behind a web server: what the worker does with them, less the worker.</summary>
internal sealed class FunctionsApp : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly WebApplication app;

    private FunctionsApp(Store store, Action<ILoggingBuilder>? log)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        log?.Invoke(builder.Logging);
        builder.Configuration["StreamChecker:DataPath"] = folder.Path;
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddStreamChecker();
        if (store == Store.Cosmos)
        {
            builder.Configuration.AddInMemoryCollection(CosmosInThisProcess.Settings);
            builder.Services.AddCosmosInThisProcess().AddCosmosStreamPartitions();
        }
        else
        {
            builder.Services.AddEmbeddedStreamPartitions();
        }

        app = builder.Build();
        foreach (var trigger in Trigger.All)
        {
            var types = trigger.Body.GetParameters().Select(parameter => parameter.ParameterType).Append(trigger.Body.ReturnType);
            var instance = ActivatorUtilities.CreateInstance(app.Services, trigger.Body.DeclaringType!);
            app.MapMethods(trigger.Route, [trigger.Method], trigger.Body.CreateDelegate(Expression.GetDelegateType([.. types]), instance));
        }
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero));

    public IServiceProvider Services => app.Services;

    public static async Task<FunctionsApp> StartAsync(Store store, Action<ILoggingBuilder>? log = null)
    {
        var functions = new FunctionsApp(store, log);
        await functions.app.StartAsync();
        return functions;
    }

    public HttpClient CreateClient(params DelegatingHandler[] handlers)
    {
        HttpMessageHandler connection = app.GetTestServer().CreateHandler();
        foreach (var handler in handlers.Reverse())
        {
            handler.InnerHandler = connection;
            connection = handler;
        }

        return new(connection) { BaseAddress = new("http://localhost") };
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }
}
