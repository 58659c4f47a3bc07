using InProcessCosmos.Documents;
using Jint.Runtime;

namespace InProcessCosmos.Scripts;

/// <summary>What <c>Date.now()</c> tells a script: the engine's time, in UTC.</summary>
internal sealed class ScriptTime(EngineClock clock) : DefaultTimeSystem(TimeZoneInfo.Utc, System.Globalization.CultureInfo.InvariantCulture)
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(clock.Now());
}
