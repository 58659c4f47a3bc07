using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using StreamChecker.Http;

namespace StreamChecker.Server.Contract;

/// <summary>The shape of the body of a start. <see cref="BodyFields"/> reads it member by member, so as to name the first that is wrong.</summary>
internal sealed record StartBody(
    [property: Description("Who wants to watch. Kept exactly as sent, compared by ordinal."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string UserId,
    [property: Description("What is to play. The same stream twice is two streams."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string StreamId,
    [property: Description("Where it is to play, as the viewer should read it."), Length(1, FieldText.MaxLength), RegularExpression(FieldText.Pattern)] string? DeviceName = null,
    [property: Description("What happens at the limit: the start is refused, or the oldest streams end, as many as it takes.")] OnLimit? OnLimit = null,
    [property: Description("The ids of streams of the same user that end when this one starts. Ids of streams that are over are ignored.")] IReadOnlyList<string>? Replace = null);
