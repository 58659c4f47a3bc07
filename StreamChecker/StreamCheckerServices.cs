using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamChecker.Http;
using StreamChecker.Playback;
using StreamChecker.Players;
using StreamChecker.Plans;

namespace StreamChecker;

/// <summary>Registers the service. The partition store is registered separately.</summary>
public static class StreamCheckerServices
{
    /// <summary>Adds <see cref="StreamLimiter"/>, <see cref="StreamApi"/>, <see cref="PlayerApi"/> and their options, validated at startup.</summary>
    public static IServiceCollection AddStreamChecker(this IServiceCollection services)
    {
        services.AddOptions<StreamCheckerOptions>().BindConfiguration(StreamCheckerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StreamCheckerOptions>, StreamCheckerOptionsValidator>();
        services.AddOptions<PlayerOptions>().BindConfiguration(StreamCheckerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PlayerOptions>, PlayerOptionsValidator>();
        services.AddOptions<PlaybackOptions>().BindConfiguration(StreamCheckerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PlaybackOptions>, PlaybackOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PlaybackTokens>();
        services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, SuppressUrlLogging>();
        services.AddMetrics();
        services.AddSingleton<StreamTelemetry>();
        services.AddSingleton<PlanSource>();
        services.AddSingleton<PlanCatalog>();
        services.AddSingleton<StreamLimiter>();
        services.TryAddSingleton(CallLimit.None);
        services.AddSingleton<CallExecution>();
        services.AddSingleton<PlayerTokens>();
        services.AddSingleton<PlayerLinks>();
        services.AddSingleton<EndedStreams>();
        services.AddSingleton<StreamApi>();
        services.AddSingleton<WebPages>();
        services.AddSingleton<PlayerApi>();
        return services;
    }
}
