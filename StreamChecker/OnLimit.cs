using System.Text.Json.Serialization;

namespace StreamChecker;

/// <summary>What a start does at the limit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OnLimit>))]
public enum OnLimit
{
    /// <summary>It is refused.</summary>
    [JsonStringEnumMemberName("reject")]
    Reject,

    /// <summary>It ends the user's oldest streams, as many as it takes.</summary>
    [JsonStringEnumMemberName("replaceOldest")]
    ReplaceOldest,
}
