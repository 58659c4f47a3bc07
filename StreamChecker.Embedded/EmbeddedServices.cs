using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamChecker.Embedded.Storage;
using StreamChecker.Partitions;

namespace StreamChecker.Embedded;

/// <summary>Registers the embedded engine as the partition store.</summary>
public static class EmbeddedServices
{
    /// <summary>Adds the embedded engine. It opens its data folder when it is first asked for.</summary>
    public static IServiceCollection AddEmbeddedStreamPartitions(this IServiceCollection services)
    {
        services.AddDocumentEngine();
        services.AddSingleton<IStreamPartitions, EmbeddedStreamPartitions>();
        services.AddSingleton<EmbeddedTelemetry>();
        return services;
    }

    /// <summary>Adds the engine alone, for whoever works on its documents.</summary>
    internal static void AddDocumentEngine(this IServiceCollection services)
    {
        services.AddOptions<EmbeddedOptions>().BindConfiguration(StreamCheckerOptions.Section);
        services.TryAddSingleton(provider => DocumentEngine.Open(
            provider.GetRequiredService<IOptions<EmbeddedOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DocumentEngine>>()));
    }

    /// <summary>Opens the data folder, and returns its full path.</summary>
    /// <exception cref="DataFolderException">It cannot be used; the message is one line that says why.</exception>
    public static string OpenDataFolder(this IServiceProvider services)
    {
        services.GetRequiredService<EmbeddedTelemetry>();
        var path = services.GetRequiredService<DocumentEngine>().Path;
        try
        {
            services.GetRequiredService<IStreamPartitions>();
            return path;
        }
        catch (StorageUnavailableException full)
        {
            throw new DataFolderException($"The data folder {path} cannot be used: {full.Message.ReplaceLineEndings(" ")}", full);
        }
    }
}
