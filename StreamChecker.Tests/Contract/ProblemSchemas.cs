using System.Reflection;
using System.Text.Json;
using Microsoft.OpenApi;
using StreamChecker.Http;
using StreamChecker.Server.Contract;

namespace StreamChecker.Tests.Contract;

/// <summary>A schema for each type of problem, made of the schema of the class that stands for several.</summary>
internal static class ProblemSchemas
{
    private static readonly string[] Optional = [.. new[] { nameof(Problem.Field), nameof(Problem.TraceId) }.Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public static IReadOnlyList<ProblemContract> All { get; } =
    [
        .. typeof(ProblemContract).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetValue(null)).OfType<ProblemContract>(),
    ];

    /// <summary><c>/problems/stream-ended</c> is <c>StreamEndedProblem</c>.</summary>
    public static string NameOf(ProblemContract problem) => string.Concat(problem.Type.Split('/')[^1].Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + "Problem";

    public static void Put(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        var classes = All.Select(problem => problem.Body.Name).Distinct().ToDictionary(name => name, name => (OpenApiSchema)schemas[name]);
        foreach (var name in classes.Keys)
        {
            schemas.Remove(name);
        }

        foreach (var problem in All)
        {
            schemas[NameOf(problem)] = Of(problem, classes[problem.Body.Name]);
        }
    }

    private static OpenApiSchema Of(ProblemContract problem, OpenApiSchema body)
    {
        var members = problem.Members.Select(JsonNamingPolicy.CamelCase.ConvertName);
        var schema = (OpenApiSchema)body.CreateShallowCopy();
        schema.Properties = body.Properties!.Where(property => !Optional.Contains(property.Key) || members.Contains(property.Key)).ToDictionary();
        var type = (OpenApiSchema)body.Properties!["type"].CreateShallowCopy();
        type.Const = problem.Type;
        type.Format = "uri-reference";
        schema.Properties["type"] = type;
        schema.Description = $"Explained at `{problem.Type}`.";
        foreach (var (name, property) in schema.Properties.Where(property => !schema.Required!.Contains(property.Key)).ToList())
        {
            schema.Properties[name] = WithoutNull(property);
        }

        return schema;
    }

    /// <summary>A member that is left out where it is null is never null.</summary>
    private static IOpenApiSchema WithoutNull(IOpenApiSchema schema)
    {
        if (schema.OneOf is { Count: > 0 } either)
        {
            var reference = (OpenApiSchemaReference)either.Single(one => one is OpenApiSchemaReference);
            return new OpenApiSchemaReference(reference.Reference.Id!, reference.Reference.HostDocument) { Description = schema.Description };
        }

        var copy = (OpenApiSchema)schema.CreateShallowCopy();
        copy.Type &= ~JsonSchemaType.Null;
        return copy;
    }
}
