extern alias functions;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using functions::StreamChecker.Functions;

namespace StreamChecker.Tests.Functions;

/// <summary>One trigger of the Functions app, as its attributes declare it.</summary>
internal sealed record Trigger(string Name, string Method, string Route, AuthorizationLevel Level, MethodInfo Body)
{
    public static IReadOnlyList<Trigger> All { get; } =
    [
        .. from type in typeof(StreamRecordFunctions).Assembly.GetTypes()
           where type.Namespace == typeof(StreamRecordFunctions).Namespace
           from body in type.GetMethods()
           let function = body.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           let http = body.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>()!
           from method in http.Methods!
           select new Trigger(function.Name, method.ToUpperInvariant(), "/" + http.Route, http.AuthLevel, body),
    ];
}
