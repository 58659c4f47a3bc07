#pragma warning disable IDE0130, CA1019, CA1813 // The shape that Microsoft.Azure.Functions.Worker declares, no more.

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// What the triggers use of the Functions worker, so that they compile where its packages cannot be had. The names and
/// signatures are those of Microsoft.Azure.Functions.Worker and its HTTP extension.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    public string Name => name;
}

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    public AuthorizationLevel AuthLevel => authLevel;

    public string[] Methods => methods;

    public string? Route { get; set; }
}

public enum AuthorizationLevel
{
    Anonymous,
    User,
    Function,
    System,
    Admin,
}
