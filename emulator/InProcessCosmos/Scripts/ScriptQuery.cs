using InProcessCosmos.Queries;
using Jint;
using Jint.Native;

namespace InProcessCosmos.Scripts;

/// <summary>A query as a script gives it: text, or an object with the members <c>query</c> and <c>parameters</c>.</summary>
internal static class ScriptQuery
{
    /// <exception cref="FeedQueryException">It is none, is malformed, or asks for something that is not supported.</exception>
    public static FeedQuery Read(Engine engine, JsValue given)
    {
        if (given.IsString())
        {
            return FeedQuery.Parse(given.AsString(), QueryParameters.None);
        }

        return given.IsObject() && given.Get("query") is JsString text
            ? FeedQuery.Parse(text.ToString(), given.Get("parameters") is JsArray { Length: > 0 } parameters ? new ScriptParameters(engine, parameters) : QueryParameters.None)
            : throw new FeedQueryException("The query must be a string, or an object with the members query and parameters.");
    }
}
