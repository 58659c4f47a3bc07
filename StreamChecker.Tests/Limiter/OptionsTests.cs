using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace StreamChecker.Tests.Limiter;

/// <summary>Invalid settings are rejected by name.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("MaxConcurrentStreams", -1)]
    [InlineData("MaxConcurrentStreams", 101)]
    [InlineData("LeaseSeconds", -1)]
    [InlineData("LeaseSeconds", 1)]
    [InlineData("LeaseSeconds", 2)]
    [InlineData("LeaseSeconds", 86_401)]
    [InlineData("HeartbeatIntervalSeconds", 0)]
    [InlineData("HeartbeatIntervalSeconds", 45)]
    [InlineData("DeadlineSeconds", 0)]
    [InlineData("DeadlineSeconds", 61)]
    public void ASettingOutOfRange_IsNamed(string setting, int value)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read((setting, value)));

        Assert.Contains($"StreamChecker__{setting} is {value}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(3, 1)]
    [InlineData(86_400, 43_199)]
    public void ALeaseAndAnIntervalThatFit_AreTaken(int lease, int interval)
    {
        var options = Read(("LeaseSeconds", lease), ("HeartbeatIntervalSeconds", interval));

        Assert.Equal((lease, interval), (options.LeaseSeconds, options.HeartbeatIntervalSeconds));
    }

    [Fact]
    public void WithoutSettings_TheLimitIsThreeAndALeaseLastsThreeHeartbeats()
    {
        var options = Read();

        Assert.Equal((3, 90, 30), (options.MaxConcurrentStreams, options.LeaseSeconds, options.HeartbeatIntervalSeconds));
    }

    private static StreamCheckerOptions Read(params (string Name, int Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(
                $"StreamChecker:{setting.Name}", (string?)setting.Value.ToString(CultureInfo.InvariantCulture))))
            .Build();
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddStreamChecker()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<StreamCheckerOptions>>().Value;
    }
}
