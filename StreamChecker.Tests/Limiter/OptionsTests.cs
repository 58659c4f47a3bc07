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
    [InlineData(29, 360, "RelaxedHeartbeatIntervalSeconds is 29; it must be from 30 to 86400")]
    [InlineData(180, 360, "RelaxedHeartbeatIntervalSeconds is 180; it must be below half of StreamChecker__RelaxedLeaseSeconds, which is 360")]
    [InlineData(30, 89, "RelaxedLeaseSeconds is 89; it must be from 90 to 86400")]
    [InlineData(30, 86_401, "RelaxedLeaseSeconds is 86401; it must be from 90 to 86400")]
    [InlineData(120, null, "RelaxedHeartbeatIntervalSeconds requires StreamChecker__RelaxedLeaseSeconds")]
    [InlineData(null, 360, "RelaxedLeaseSeconds requires StreamChecker__RelaxedHeartbeatIntervalSeconds")]
    public void ARelaxedSpeedThatCannotWork_IsNamed(int? interval, int? lease, string message)
    {
        var settings = new (string, int?)[] { ("RelaxedHeartbeatIntervalSeconds", interval), ("RelaxedLeaseSeconds", lease) };

        var failure = Assert.Throws<OptionsValidationException>(
            () => Read([.. settings.Where(setting => setting.Item2 is not null).Select(setting => (setting.Item1, setting.Item2!.Value))]));

        Assert.Contains($"StreamChecker__{message}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARelaxedSpeed_RequiresALease()
    {
        var failure = Assert.Throws<OptionsValidationException>(
            () => Read(("LeaseSeconds", 0), ("RelaxedHeartbeatIntervalSeconds", 120), ("RelaxedLeaseSeconds", 360)));

        Assert.Contains("StreamChecker__RelaxedLeaseSeconds requires StreamChecker__LeaseSeconds", failure.Message, StringComparison.Ordinal);
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
