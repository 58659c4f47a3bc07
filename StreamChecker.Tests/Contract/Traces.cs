using System.Diagnostics;

namespace StreamChecker.Tests.Contract;

/// <summary>A trace that every request belongs to, so that the trace id in a response is the same each time.</summary>
internal static class Traces
{
    public const string Parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    /// <summary>Lets ASP.NET Core continue the trace of a request, as it does with a listener.</summary>
    public static IDisposable Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
