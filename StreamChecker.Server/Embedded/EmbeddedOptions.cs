namespace StreamChecker.Server.Embedded;

/// <summary>The settings of the embedded engine, from the configuration section <c>StreamChecker</c>.</summary>
public sealed class EmbeddedOptions
{
    /// <summary>
    /// The folder of the data, made where it is missing. By default <c>stream-checker</c> in the user's application data
    /// folder. One process at a time has it open.
    /// </summary>
    public string DataPath { get; set; } = "";
}
