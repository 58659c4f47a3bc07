using System.Diagnostics.Metrics;
using InProcessCosmos.Disk;
using InProcessCosmos.Execution;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Server.Embedded;

/// <summary>Registers the embedded engine as the partition store.</summary>
public static class EmbeddedServices
{
    /// <summary>
    /// The limit of concurrent requests: more than one batch takes during a slow sync, and few enough to complete within the deadline.
    /// </summary>
    public const int MostCalls = 1024;

    /// <summary>The engine's queue has room for the commands of all concurrent requests.</summary>
    internal const int QueueLength = MostCalls + EmbeddedStreamPartitions.MostQueuedInBulk;

    private static readonly string Setting = SettingName.Of($"{StreamCheckerOptions.Section}:{nameof(EmbeddedOptions.DataPath)}");

    /// <summary>Adds the embedded engine. It opens its data folder when it is first resolved.</summary>
    public static IServiceCollection AddEmbeddedStreamPartitions(this IServiceCollection services)
    {
        services.AddDocumentEngine();
        services.AddSingleton<IStreamPartitions>(provider => new EmbeddedStreamPartitions(provider.GetRequiredService<DocumentEngine>(), StreamsProcedure.Body));
        services.AddSingleton<EmbeddedTelemetry>();
        return services;
    }

    /// <summary>Adds the engine without the partition store.</summary>
    internal static void AddDocumentEngine(this IServiceCollection services)
    {
        services.AddOptions<EmbeddedOptions>().BindConfiguration(StreamCheckerOptions.Section);
        services.TryAddSingleton(provider => Open(
            provider.GetRequiredService<IOptions<EmbeddedOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DocumentEngine>>()));
    }

    /// <summary>Opens the data folder, and returns its full path.</summary>
    /// <exception cref="DataFolderException">The folder is not usable; the message is one line with the reason.</exception>
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

    private static DocumentEngine Open(EmbeddedOptions options, TimeProvider time, ILogger logger)
    {
        var path = options.DataPath is { Length: > 0 } given ? given : DefaultPath();
        try
        {
            return DocumentEngine.Open(new() { DataPath = path, QueueLength = QueueLength }, time, logger);
        }
        catch (DataFolderException failure)
        {
            throw new DataFolderException($"{failure.Message} {Setting} names the folder.", failure);
        }
    }

    private static string DefaultPath()
    {
        var home = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0
            ? Path.Combine(home, "stream-checker")
            : throw new DataFolderException($"This user has no application data folder; name a data folder with {Setting}.");
    }
}

/// <summary>The settings of the embedded engine, from the configuration section <c>StreamChecker</c>.</summary>
public sealed class EmbeddedOptions
{
    /// <summary>
    /// The data folder, which is created if it is missing. By default <c>stream-checker</c> in the user's application data folder. Only one
    /// process can open it.
    /// </summary>
    public string DataPath { get; set; } = "";
}

/// <summary>The instruments of the engine, in a meter with the same name as that of <see cref="StreamTelemetry"/>.</summary>
internal sealed class EmbeddedTelemetry
{
    public EmbeddedTelemetry(IMeterFactory meters, DocumentEngine engine) => meters.Create(StreamTelemetry.Name).CreateObservableGauge(
        "stream_checker.embedded.queue.depth", () => engine.QueueDepth, "{transaction}", "Transactions that wait for a shard.");
}
