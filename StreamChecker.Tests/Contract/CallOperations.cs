using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using StreamChecker.Http;
using StreamChecker.Server.Contract;

namespace StreamChecker.Tests.Contract;

/// <summary>Adds to an operation what its call's contract says beyond ASP.NET Core's metadata, and the call's examples.</summary>
internal sealed class CallOperations(IReadOnlyList<Example> examples) : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var contract = metadata.OfType<CallContract>().Single();
        var shown = examples.Where(example => example.Call == contract.Name && example.IsShown).ToList();
        operation.Parameters = [.. contract.Parameters.Select(parameter => Parameter(parameter, shown))];
        if (contract.Body is { } body)
        {
            var schema = await context.GetOrCreateSchemaAsync(body, parameterDescription: null, cancellationToken);
            if (body == typeof(string))
            {
                operation.RequestBody = BodyOf(contract, schema, shown);
            }
            else
            {
                context.Document!.AddComponent(body.Name, schema);
                operation.RequestBody = BodyOf(contract, new OpenApiSchemaReference(body.Name, context.Document), shown);
            }
        }

        foreach (var result in contract.Responses)
        {
            var status = result.Status.ToString(CultureInfo.InvariantCulture);
            if (result.SharedAs is { } name)
            {
                operation.Responses![status] = new OpenApiResponseReference(name, context.Document);
            }
            else
            {
                var response = (OpenApiResponse)operation.Responses![status];
                Responses.Complete(response, result, [.. shown.Where(example => example.Status == result.Status)], context.Document!);
            }
        }

        var byStatus = operation.Responses!.OrderBy(response => response.Key, StringComparer.Ordinal).ToList();
        operation.Responses = [];
        byStatus.ForEach(response => operation.Responses.Add(response.Key, response.Value));
        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [];
        }
    }

    private static OpenApiParameter Parameter(CallParameter parameter, IEnumerable<Example> shown) => new()
    {
        Name = parameter.Name,
        In = Enum.Parse<ParameterLocation>(parameter.In, ignoreCase: true),
        Description = parameter.Description,
        Required = !parameter.Optional,
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            MinLength = 1,
            MaxLength = parameter.MaxLength == 0 ? null : parameter.MaxLength,
            Pattern = parameter.Pattern,
            Enum = parameter.Values.Count == 0 ? null : [.. parameter.Values.Select(value => (JsonNode)value)],
        },
        Example = shown.Where(example => !example.IsIllFormed).Select(example => example.ShownParameter(parameter.Name)).FirstOrDefault()
            ?? (parameter.Values is [var value, ..] ? value : null),
    };

    private static OpenApiRequestBody BodyOf(CallContract contract, IOpenApiSchema schema, IEnumerable<Example> shown) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [contract.BodyType] = new()
            {
                Schema = contract.BodyType == RequestBody.JsonLines ? Responses.Lines(schema) : schema,
                Examples = shown.Where(example => !example.IsIllFormed && !example.IsShared).ToDictionary(
                    example => example.Name,
                    IOpenApiExample (example) => new OpenApiExample { Summary = example.Summary, Value = example.Asked.Body!.DeepClone() }),
            },
        },
    };
}
