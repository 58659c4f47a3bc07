using InProcessCosmos.Execution;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Harness;

/// <summary>The Server in this process, with a clock that the test moves and a data folder of its own.</summary>
public sealed class StreamServer : WebApplicationFactory<Program>
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> settings = [];
    private readonly List<Action<IServiceCollection>> substitutes = [];

    /// <summary>The time, as the service and the database have it.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 20, 15, 0, TimeSpan.Zero));

    /// <summary>Sets a setting of the section <c>StreamChecker</c>. Before the first request.</summary>
    public StreamServer With(string setting, object value) => Set($"{StreamCheckerOptions.Section}:{setting}", value);

    /// <summary>Sets any setting. Before the first request.</summary>
    public StreamServer Set(string setting, object value)
    {
        settings[setting] = value.ToString()!;
        return this;
    }

    /// <summary>Puts the partitions into a store. Before the first request.</summary>
    public StreamServer On(Store store)
    {
        if (store == Store.Cosmos)
        {
            foreach (var (name, value) in CosmosInThisProcess.Settings)
            {
                settings[name] = value!;
            }

            substitutes.Add(services => services.AddCosmosInThisProcess());
        }

        return this;
    }

    /// <summary>Puts something else in the place of a service. Before the first request.</summary>
    public StreamServer With<TService>(TService substitute)
        where TService : class
    {
        substitutes.Add(services => services.AddSingleton(substitute));
        return this;
    }

    /// <summary>Adds services. Before the first request.</summary>
    public StreamServer With(Action<IServiceCollection> more)
    {
        substitutes.Add(more);
        return this;
    }

    /// <summary>Lets the Server listen on a port of its own, and returns its address.</summary>
    public Uri Listen()
    {
        UseKestrel(port: 0);
        StartServer();
        return new(Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    /// <summary>Puts something between the service and its store. Before the first request.</summary>
    public StreamServer Before(Func<IStreamPartitions, IStreamPartitions> between) => With(services =>
    {
        var store = services.Last(service => service.ServiceType == typeof(IStreamPartitions));
        services.AddSingleton(provider => between((IStreamPartitions)(
            store.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, store.ImplementationType!))));
    });

    /// <summary>Has the embedded engine count its syncs. Before the first request.</summary>
    public StreamServer CountingSyncs() => With(services => services.AddSingleton(
        _ => DocumentEngine.Open(new() { DataPath = folder.Path, CountSyncs = true }, Time, NullLogger.Instance)));

    /// <summary>A client that fails on every response that <c>openapi.json</c> does not allow.</summary>
    public new HttpClient CreateClient() => CreateDefaultClient(new ContractCheck());

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("StreamChecker:DataPath", folder.Path);
        builder.UseSetting("Logging:LogLevel:Default", "None");
        foreach (var (name, value) in settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Time);
            substitutes.ForEach(substitute => substitute(services));
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }
}
