using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StreamChecker.Tests.Hosting;

/// <summary>Records the measurements of one meter factory, and all spans of the service.</summary>
internal sealed class RecordedTelemetry : IDisposable
{
    private readonly MeterListener meters = new();
    private readonly ActivityListener activities;

    public RecordedTelemetry(IMeterFactory factory)
    {
        activities = new()
        {
            ShouldListenTo = source => source.Name == StreamTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Spans.Add,
        };
        ActivitySource.AddActivityListener(activities);
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StreamTelemetry.Name && instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, attributes, _) => Note(instrument, value, attributes));
        meters.SetMeasurementEventCallback<int>((instrument, value, attributes, _) => Note(instrument, value, attributes));
        meters.SetMeasurementEventCallback<double>((instrument, value, attributes, _) => Note(instrument, value, attributes));
        meters.Start();
    }

    public ConcurrentBag<(string Name, double Value, Dictionary<string, object?> Attributes)> Measured { get; } = [];

    /// <summary>Of all tests that run at the same time.</summary>
    public ConcurrentBag<Activity> Spans { get; } = [];

    public double Sum(string name, string attribute, object value) => Measured
        .Where(entry => entry.Name == name && Equals(entry.Attributes.GetValueOrDefault(attribute), value))
        .Sum(entry => entry.Value);

    /// <summary>Collects the observable instruments.</summary>
    public void Ask() => meters.RecordObservableInstruments();

    public void Dispose()
    {
        meters.Dispose();
        activities.Dispose();
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> attributes) =>
        Measured.Add((instrument.Name, value, new(attributes.ToArray())));
}
