using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using StreamChecker.Server.Contract;

namespace StreamChecker.Tests.Contract;

/// <summary>A call of the Server: its contract, and the route that the contract stands at.</summary>
internal sealed record Call(CallContract Contract, HttpMethod Method, string Route)
{
    public static IReadOnlyDictionary<string, Call> AllOf(StreamServer server) => (
        from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let contract = endpoint.Metadata.GetMetadata<CallContract>()
        where contract is not null
        let method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]
        select new Call(contract, new HttpMethod(method), endpoint.RoutePattern.RawText!)).ToDictionary(call => call.Contract.Name);

    public Task<ApiResponse> MakeAsync(HttpClient client, Asked asked, string? contentType = null, params (string, string?)[] headers) => client.SendAsync(
        Method,
        Route,
        asked.Parameters.Select(given => (Contract.Parameters.Single(parameter => parameter.Name == given.Key).In, given.Key, given.Value)),
        asked.Body is null ? null : Encoding.UTF8.GetBytes(BodyText.Of(asked.Body)),
        contentType ?? Contract.BodyType,
        headers);
}
