using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace StreamChecker.Tests.Reliability.Model;

/// <summary>One user's partition in the model. It never changes; a command makes another one.</summary>
internal sealed class ModelPartition : IEquatable<ModelPartition>
{
    private string? text;

    private ModelPartition(ImmutableSortedDictionary<int, ModelSlot> slots, int? ownLimit) => (Slots, OwnLimit) = (slots, ownLimit);

    public static ModelPartition Empty { get; } = new(ImmutableSortedDictionary<int, ModelSlot>.Empty, null);

    /// <summary>By number.</summary>
    public ImmutableSortedDictionary<int, ModelSlot> Slots { get; }

    /// <summary>The user's own limit; null for the default.</summary>
    public int? OwnLimit { get; }

    /// <summary>What is not gone at a moment.</summary>
    public ModelPartition At(long now) => Slots.Any(slot => slot.Value.GoneAt <= now)
        ? new(Slots.RemoveRange(Slots.Where(slot => slot.Value.GoneAt <= now).Select(slot => slot.Key)), OwnLimit)
        : this;

    public ModelPartition With(int number, ModelSlot slot) => new(Slots.SetItem(number, slot), OwnLimit);

    public ModelPartition WithLimit(int? ownLimit) => new(Slots, ownLimit);

    public bool Equals(ModelPartition? other) => other is not null && other.ToString() == ToString();

    public override bool Equals(object? obj) => Equals(obj as ModelPartition);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>All of it as text: two partitions are the same where their texts are.</summary>
    public override string ToString() => text ??= Describe();

    private string Describe()
    {
        var description = new StringBuilder();
        description.Append(CultureInfo.InvariantCulture, $"limit {OwnLimit}");
        foreach (var (number, slot) in Slots)
        {
            description.Append(CultureInfo.InvariantCulture, $"; {number}: {slot.Stream} before {slot.Previous} kept {slot.KeptSeconds} to {slot.GoneAt}");
        }

        return description.ToString();
    }
}
