using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace StreamChecker.Server.Contract;

/// <summary>The shape of the body that sets a limit.</summary>
internal sealed record LimitBody(
    [property: Description("How many streams the user may have at once."), Range(0, UserLimit.Largest)] int MaxConcurrentStreams);
