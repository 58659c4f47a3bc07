using System.Reflection;
using StreamChecker.Tests.Rules;

namespace StreamChecker.Tests.Reliability.Mutants;

/// <summary>The tests of the rules, run one after the other against any text of the stored procedure.</summary>
internal static class RulesSuite
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly (MethodInfo Method, object?[] Arguments)[] Tests =
    [
        .. new[]
            {
                typeof(StartContract.OnEmbedded), typeof(ReplacementContract.OnEmbedded), typeof(HeartbeatContract.OnEmbedded),
                typeof(LimitAndStopContract.OnEmbedded), typeof(IdempotencyContract.OnEmbedded), typeof(LapsingSlotTests), typeof(ClockTests),
            }
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => ArgumentsOf(method).Select(arguments => (method, arguments))),
    ];

    /// <summary>The name of the first test that fails; null where none does.</summary>
    public static async Task<string?> FirstFailureAsync(string body)
    {
        PartitionOnThisMachine.Body.Value = body;
        foreach (var (method, arguments) in Tests)
        {
            try
            {
                // A test whose call is tried again for ever, on a clock that stands still, has failed, too.
                await Task.Run(() => RunAsync(method, arguments)).WaitAsync(Patience);
            }
#pragma warning disable CA1031 // However it fails, the mutant is found out.
            catch (Exception)
#pragma warning restore CA1031
            {
                return method.Name;
            }
        }

        return null;
    }

    private static async Task RunAsync(MethodInfo method, object?[] arguments)
    {
        var test = Activator.CreateInstance(method.ReflectedType!)!;
        try
        {
            await ((test as IAsyncLifetime)?.InitializeAsync() ?? Task.CompletedTask);
            await ((method.Invoke(test, arguments) as Task) ?? Task.CompletedTask);
        }
        finally
        {
            await ((test as IAsyncLifetime)?.DisposeAsync() ?? (test as IAsyncDisposable)?.DisposeAsync().AsTask() ?? Task.CompletedTask);
        }
    }

    private static IEnumerable<object?[]> ArgumentsOf(MethodInfo method) =>
        method.GetCustomAttribute<TheoryAttribute>() is not null
            ? method.GetCustomAttributes<Xunit.Sdk.DataAttribute>().SelectMany(data => data.GetData(method))
            : method.GetCustomAttribute<FactAttribute>() is not null ? [[]] : [];
}
