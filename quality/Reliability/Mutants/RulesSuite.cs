using System.Reflection;
using StreamChecker.Reliability.Operations;
using StreamChecker.Reliability.Properties;
using StreamChecker.Tests.Rules;
using Xunit.Abstractions;

namespace StreamChecker.Reliability.Mutants;

/// <summary>
/// The tests of the rules, run one after the other against any text of the stored procedure: the quick ones first. Not those
/// of simultaneous calls: on one machine they test the engine, which runs a partition's transactions one after the other.
/// </summary>
internal static class RulesSuite
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly (MethodInfo Method, object?[] Arguments)[] Tests =
    [
        .. new[] { typeof(StoredDocumentTests), typeof(OperationFaultTests), typeof(ClockTests) }
            .Concat(typeof(ClockTests).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PartitionRules)) && type.Name == "OnEmbedded"))
            .SelectMany(type => type.GetMethods())
            .Where(method => !method.Name.StartsWith("Simultaneous", StringComparison.Ordinal))
            .SelectMany(method => ArgumentsOf(method).Select(arguments => (method, arguments))),
    ];

    /// <summary>The first test that fails, and whether only by taking too long; null where none does.</summary>
    public static async Task<(MethodInfo Test, bool TookTooLong)?> FirstFailureAsync(string body)
    {
        ProcedureUnderTest.Replace(body);
        foreach (var (method, arguments) in Tests)
        {
            try
            {
                // A test whose call is retried indefinitely, on a clock that does not move, has failed as well.
                await Task.Run(() => RunAsync(method, arguments)).WaitAsync(Patience);
            }
#pragma warning disable CA1031 // However it fails, the mutant is detected.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                return (method, failure is TimeoutException);
            }
        }

        return null;
    }

    private static async Task RunAsync(MethodInfo method, object?[] arguments)
    {
        var type = method.ReflectedType!;
        var test = Activator.CreateInstance(type, type.GetConstructors()[0].GetParameters().Length == 0 ? [] : [new NoOutput()])!;
        try
        {
            await ((test as IAsyncLifetime)?.InitializeAsync() ?? Task.CompletedTask);
            await ((method.Invoke(test, arguments) as Task) ?? Task.CompletedTask);
        }
        finally
        {
            await ((test as IAsyncLifetime)?.DisposeAsync() ?? (test as IAsyncDisposable)?.DisposeAsync().AsTask() ?? Task.CompletedTask);
            (test as IDisposable)?.Dispose();
        }
    }

    private static IEnumerable<object?[]> ArgumentsOf(MethodInfo method) =>
        method.GetCustomAttribute<TheoryAttribute>() is not null
            ? method.GetCustomAttributes<Xunit.Sdk.DataAttribute>().SelectMany(data => data.GetData(method)).Select(arguments => arguments ?? [null])
            : method.GetCustomAttribute<FactAttribute>() is not null ? [[]] : [];

    private sealed class NoOutput : ITestOutputHelper
    {
        public void WriteLine(string message)
        {
        }

        public void WriteLine(string format, params object[] args)
        {
        }
    }
}
