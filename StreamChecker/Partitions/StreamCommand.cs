using System.Text.Json.Serialization;

namespace StreamChecker.Partitions;

/// <summary>An order to the stored procedure, as it is sent: the one argument of <c>streams(command)</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(StartCommand), "start")]
public abstract record StreamCommand
{
    /// <summary>Whose partition it is.</summary>
    public required string UserId { get; init; }
}
