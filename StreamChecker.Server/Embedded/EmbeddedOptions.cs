namespace StreamChecker.Server.Embedded;

/// <summary>The settings of the embedded engine, from the configuration section <c>StreamChecker</c>.</summary>
public sealed class EmbeddedOptions
{
    /// <summary>
    /// The data folder, which is created if it is missing. By default <c>stream-checker</c> in the user's application data folder. Only one
    /// process can open it.
    /// </summary>
    public string DataPath { get; set; } = "";
}
