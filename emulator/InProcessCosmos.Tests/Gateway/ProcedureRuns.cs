using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Scripts;

namespace InProcessCosmos.Tests.Gateway;

/// <summary>The outcome of one run of a stored procedure, through the real SDK.</summary>
internal sealed record ProcedureRun(HttpStatusCode Status, int SubStatus, string Body, string? Error, string? Log);

/// <summary>Runs scripts as stored procedures in Anna's partition.</summary>
internal static class ProcedureRuns
{
    /// <summary>Makes a stored procedure of a text and runs it.</summary>
    public static async Task<ProcedureRun> RunAsync(this Container container, string script, params object?[] arguments)
    {
        var id = Guid.NewGuid().ToString();
        await container.Scripts.CreateStoredProcedureAsync(new(id, script));
        return await container.ExecuteAsync(id, arguments);
    }

    /// <summary>Runs a script that must succeed, and returns its body as JSON.</summary>
    public static async Task<string> BodyAsync(this Container container, string script, params object?[] arguments)
    {
        var run = await container.RunAsync(script, arguments);
        Assert.True(run.Status == HttpStatusCode.OK, run.Error);
        return run.Body;
    }

    /// <summary>Runs a stored procedure that is there.</summary>
    public static async Task<ProcedureRun> ExecuteAsync(this Container container, string id, params object?[] arguments)
    {
        using var response = await container.Scripts.ExecuteStoredProcedureStreamAsync(
            id, new PartitionKey(Products.Owner), arguments, new StoredProcedureRequestOptions { EnableScriptLogging = true });
        using var reader = new StreamReader(response.Content ?? Stream.Null);
        var log = response.Headers["x-ms-documentdb-script-log-results"];
        return new(
            response.StatusCode,
            int.Parse(response.Headers["x-ms-substatus"] ?? "0", CultureInfo.InvariantCulture),
            await reader.ReadToEndAsync(),
            response.ErrorMessage,
            log is null ? null : Uri.UnescapeDataString(log));
    }

    /// <summary>The ids of the documents in Anna's partition.</summary>
    public static async Task<string> IdsAsync(this Container container) =>
        string.Join(' ', (await container.QueryAsync("SELECT VALUE c.id FROM c")).Select(id => JsonSerializer.Deserialize<string>(id)));
}
