namespace StreamChecker.Embedded;

/// <summary>The settings of the embedded engine, from the configuration section <c>StreamChecker</c>.</summary>
public sealed class EmbeddedOptions
{
    /// <summary>
    /// The folder of the data, made where it is missing. By default <c>stream-checker</c> in the user's application data
    /// folder. One process at a time has it open.
    /// </summary>
    public string DataPath { get; set; } = "";

    /// <summary>
    /// How many threads run transactions; every user belongs to one of them. 0, the default, is one for two processors:
    /// for every transaction there is about as much to do around it, and threads that take turns cost more.
    /// </summary>
    internal int Shards { get; set; }

    /// <summary>How many transactions may wait in front of each of the threads before the engine refuses more.</summary>
    internal int QueueLength { get; set; } = 1024;

    /// <summary>How often documents that have outlived their <c>ttl</c> are removed from disk.</summary>
    internal TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What one run of a stored procedure may use.</summary>
    internal ScriptLimits ScriptLimits { get; set; } = new();
}
