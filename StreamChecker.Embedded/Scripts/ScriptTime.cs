using Jint.Runtime;
using StreamChecker.Embedded.Storage;

namespace StreamChecker.Embedded.Scripts;

/// <summary>What <c>Date.now()</c> tells a script: the engine's time, in UTC.</summary>
internal sealed class ScriptTime(EngineClock clock) : DefaultTimeSystem(TimeZoneInfo.Utc, System.Globalization.CultureInfo.InvariantCulture)
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(clock.Now());
}
