using System.Text;
using Jint.Native;
using Jint.Runtime;

namespace InProcessCosmos.Scripts;

/// <summary>What a script says with <c>console.log</c>, where the caller wants to know.</summary>
internal sealed class ScriptLog
{
    /// <summary>The log travels in a header.</summary>
    private const int MaxLength = 16 * 1024;

    private StringBuilder? text;

    public void Begin(bool wanted) => text = wanted ? new() : null;

    /// <summary>What was said since <see cref="Begin"/>.</summary>
    public override string? ToString() => text?.ToString();

    public JsValue Write(JsValue[] arguments)
    {
        if (text is null)
        {
            return JsValue.Undefined;
        }

        var line = Format(arguments);
        if (text.Length + line.Length > MaxLength)
        {
            throw new JavaScriptException($"The script's log is limited to {MaxLength} characters.");
        }

        text.Append(line);
        return JsValue.Undefined;
    }

    /// <summary>The first argument is a format: each <c>%s</c> stands for the next argument, and <c>%%</c> for itself.</summary>
    private static string Format(JsValue[] arguments)
    {
        var format = arguments.At(0).ToString();
        if (arguments.Length < 2)
        {
            return format;
        }

        var line = new StringBuilder();
        var next = 1;
        for (var i = 0; i < format.Length; i++)
        {
            switch (format.AsSpan(i))
            {
                case ['%', '%', ..]:
                    line.Append('%');
                    i++;
                    break;
                case ['%', 's', ..]:
                    line.Append(arguments.At(next++));
                    i++;
                    break;
                default:
                    line.Append(format[i]);
                    break;
            }
        }

        return line.ToString();
    }
}
