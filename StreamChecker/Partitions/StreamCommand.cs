using System.Text.Json.Serialization;

namespace StreamChecker.Partitions;

/// <summary>An order to the stored procedure, as it is sent: the one argument of <c>streams(command)</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(StartCommand), "start")]
[JsonDerivedType(typeof(RenewCommand), "renew")]
[JsonDerivedType(typeof(StopCommand), "stop")]
[JsonDerivedType(typeof(StopAllCommand), "stopAll")]
[JsonDerivedType(typeof(ListCommand), "list")]
[JsonDerivedType(typeof(SetLimitCommand), "setLimit")]
public abstract record StreamCommand
{
    /// <summary>Whose partition it is.</summary>
    public required string UserId { get; init; }

    /// <summary>
    /// Whether a slot may be taken over a document that the transaction cannot see: one that expired and is not purged yet.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool OverwriteUnseen { get; init; }
}
