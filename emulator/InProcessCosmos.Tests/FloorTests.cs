using System.Reflection;
using System.Reflection.Emit;
using InProcessCosmos.Execution;

namespace InProcessCosmos.Tests;

/// <summary>The assembly's floors are its namespaces: a type uses types of its own floor and of the floors below.</summary>
public sealed class FloorTests
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly string[] Floors = ["RocksDb", "Disk", "Documents", "Queries", "Scripts", "Execution", "Gateway"];

    private static readonly Assembly Emulator = typeof(DocumentEngine).Assembly;

    private static readonly Dictionary<short, OpCode> Instructions =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(instruction => instruction.Value);

    [Fact]
    public void AFloor_UsesOnlyTheFloorsBelow()
    {
        var uses = Emulator.GetTypes().Where(IsOnAFloor)
            .SelectMany(type => UsedBy(type).Where(IsOnAFloor).Distinct().Select(used => (User: type, Used: used)))
            .ToList();

        var upwards = uses.Where(use => FloorOf(use.Used) > FloorOf(use.User)).Select(use => $"{use.User} uses {use.Used}");

        // Every floor uses the one below it: otherwise this test would see nothing.
        Assert.All(
            Enumerable.Range(1, Floors.Length - 1),
            floor => Assert.Contains(uses, use => FloorOf(use.User) == floor && FloorOf(use.Used) == floor - 1));
        Assert.Equal([], upwards);
    }

    [Fact]
    public void EveryType_IsOnAFloor() => Assert.All(
        Emulator.GetTypes().Where(type => type.Namespace?.StartsWith(nameof(InProcessCosmos), StringComparison.Ordinal) is true),
        type => Assert.True(IsOnAFloor(type), type.FullName));

    [Fact]
    public void TheAssembly_RefersToNothingOfStreamChecker() => Assert.DoesNotContain(
        Emulator.GetReferencedAssemblies(), assembly => assembly.Name!.StartsWith("StreamChecker", StringComparison.Ordinal));

    private static bool IsOnAFloor(Type type) => type.Assembly == Emulator && FloorOf(type) >= 0;

    private static int FloorOf(Type type) => Array.IndexOf(Floors, type.Namespace?.Split('.').ElementAtOrDefault(1));

    private static IEnumerable<Type> UsedBy(Type type)
    {
        var members = type.GetMembers(Declared);
        Type?[] signatures =
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. members.OfType<FieldInfo>().Select(field => field.FieldType),
            .. members.OfType<MethodBase>().SelectMany(TypesOf),
            .. members.OfType<MethodBase>().SelectMany(TypesInside),
        ];
        return signatures.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<Type?> TypesOf(MethodBase method) =>
        [method.DeclaringType, (method as MethodInfo)?.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType)];

    /// <summary>The types of a method's variables and of everything that its instructions name.</summary>
    private static IEnumerable<Type?> TypesInside(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        var typeArguments = method.DeclaringType!.GetGenericArguments();
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        return body.LocalVariables.Select(variable => variable.LocalType).Concat(
            Tokens(body.GetILAsByteArray()!).SelectMany(token => method.Module.ResolveMember(token, typeArguments, methodArguments) switch
            {
                Type type => [type],
                MethodBase called => called.IsGenericMethod ? [.. TypesOf(called), .. called.GetGenericArguments()] : TypesOf(called),
                FieldInfo field => [field.DeclaringType, field.FieldType],
                _ => (IEnumerable<Type?>)[],
            }));
    }

    /// <summary>The metadata tokens of the types and members that a method's instructions name.</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var isLong = code[at] == OpCodes.Prefix1.Value;
            var instruction = Instructions[isLong ? (short)((code[at] << 8) | code[at + 1]) : code[at]];
            at += instruction.Size;
            if (instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                yield return BitConverter.ToInt32(code, at);
            }

            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => sizeof(byte),
                OperandType.InlineVar => sizeof(short),
                OperandType.InlineI8 or OperandType.InlineR => sizeof(long),
                OperandType.InlineSwitch => sizeof(int) * (1 + BitConverter.ToInt32(code, at)),
                _ => sizeof(int),
            };
        }
    }

    /// <summary>A type and what it is made of: <c>List&lt;T[]&gt;</c> is <c>List</c> and <c>T</c>.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];
}
