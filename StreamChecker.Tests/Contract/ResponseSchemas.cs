using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using StreamChecker.Http;
using StreamChecker.Players;
using StreamChecker.Server.Contract;

namespace StreamChecker.Tests.Contract;

/// <summary>
/// What the serializer's own view of a type leaves out: a member that is always written is required, whatever its type; an
/// enumeration's names are strings.
/// </summary>
internal sealed class ResponseSchemas : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (typeof(JsonResponse).IsAssignableFrom(type) || type == typeof(StreamView) || type == typeof(StreamReference) || type == typeof(ReplacedStreamView) || type == typeof(HeartbeatResult) || type == typeof(LimitResult)
            || type == typeof(OperationView) || type == typeof(HeldRecordView) || type == typeof(PlayerLink))
        {
            schema.Required = context.JsonTypeInfo.Properties
                .Where(property => property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: true) != true)
                .Select(property => property.Name)
                .ToHashSet(StringComparer.Ordinal);
        }

        if (schema.Enum is { Count: > 0 } names)
        {
            schema.Type = names.Any(name => name is null) ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        }

        if (context.JsonPropertyInfo is { Name: "replace" } && schema.Items is OpenApiSchema id)
        {
            (id.MinLength, id.MaxLength, id.Pattern) = (1, CallParameter.RecordId.MaxLength, CallParameter.RecordId.Pattern);
        }

        schema.Description ??= context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true)
            .OfType<DescriptionAttribute>().SingleOrDefault()?.Description;
        return Task.CompletedTask;
    }
}
