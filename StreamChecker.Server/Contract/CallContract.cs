namespace StreamChecker.Server.Contract;

/// <summary>
/// What one call takes and answers. It stands at the call's route as metadata; nothing reads it there but the generator of
/// <c>openapi.json</c>.
/// </summary>
public sealed record CallContract
{
    internal CallContract(string name, string subject, string summary) => (Name, Subject, Summary) = (name, subject, summary);

    /// <summary>The operation's id, which is also the name of its trigger in the Functions app.</summary>
    internal string Name { get; }

    /// <summary>What the call is about: the heading that it stands under.</summary>
    internal string Subject { get; }

    internal string Summary { get; }

    internal string? Description { get; init; }

    /// <summary>The shape of the JSON body that the call takes; null where it takes none.</summary>
    internal Type? Body { get; init; }

    /// <summary>The parameters beside the body.</summary>
    internal IReadOnlyList<CallParameter> Parameters { get; init; } = [];

    internal IReadOnlyList<CallAnswer> Answers { get; init; } = [];
}
