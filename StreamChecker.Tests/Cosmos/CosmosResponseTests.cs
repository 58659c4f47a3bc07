using System.Net;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Cosmos;

/// <summary>What a response of Cosmos DB, or its absence, says of the transaction: as types, after one attempt.</summary>
public sealed class CosmosResponseTests : IAsyncLifetime
{
    private static readonly StreamCommand Command = new ListCommand { UserId = "anna" };

    private readonly Wire wire = new();
    private PartitionInCosmos partition = null!;

    public async Task InitializeAsync()
    {
        partition = await PartitionInCosmos.OpenAsync(wire: wire);
        await ExecuteAsync();
        wire.Forget();
    }

    public Task DisposeAsync() => partition.DisposeAsync().AsTask();

    [Fact]
    public async Task AResponse_IsCommittedAndHasItsCharge()
    {
        var committed = Assert.IsType<PartitionResult.Committed>(await ExecuteAsync());

        Assert.IsType<StreamReply.Listed>(committed.Reply);
        Assert.True(committed.RequestCharge > 0);
        Assert.Equal(1, wire.Executions);
    }

    [Theory]
    [InlineData("streams conflict 409")]
    [InlineData("streams conflict 412")]
    [InlineData("streams busy 429")]
    [InlineData("streams busy: a call was not accepted")]
    public async Task WhatTheProcedureThrowsInPassing_IsDistinguishedFromABug(string message)
    {
        // As the service words it; the line breaks are its own.
        wire.Respond(HttpStatusCode.BadRequest, $$"""
            {"code":"BadRequest","message":"Message: {\"Errors\":[\"Encountered exception while executing function. Exception = Error: {{message}}\\r\\nStack trace: Error: {{message}}\\n   at check (script.js:333:67)\"]}\r\nActivityId: 0f1e, Request URI: /apps/1/services/2/partitions/3/replicas/4p"}
            """);

        var response = await ExecuteAsync();

        Assert.IsType(message.StartsWith("streams busy", StringComparison.Ordinal) ? typeof(PartitionResult.Busy) : typeof(PartitionResult.Conflict), response);
        Assert.Equal(1, wire.Executions);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(410)]
    [InlineData(429)]
    [InlineData(449)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task ATransientFailureInsideTheProcedure_IsDistinguishedFromABug_ByItsNumberAndByItsText(int number)
    {
        wire.Respond(
            HttpStatusCode.BadRequest,
            """{"code":"BadRequest","message":"Message: {\"Errors\":[\"Request rate is large.\"]}\r\nActivityId: 0f1e"}""",
            ("x-ms-substatus", $"{number}"));
        Assert.Equal(new PartitionResult.Busy($"{number} inside the procedure"), await ExecuteAsync());

        wire.Respond(
            HttpStatusCode.BadRequest,
            $$"""{"code":"BadRequest","message":"Message: {\"Errors\":[\"Encountered exception while executing function. Exception = Error: streams busy {{number}}\"]}"}""",
            ("x-ms-substatus", "400"));
        Assert.Equal(new PartitionResult.Busy($"{number} inside the procedure"), await ExecuteAsync());
        Assert.Equal(2, wire.Executions);
    }

    [Theory]
    [InlineData("The script with id 'sprocs/streams' is blocked for execution because it has violated its allowed resource limit several times.")]
    [InlineData("The script has been terminated for execution: it exceeded its resource limit.")]
    public async Task AProcedureThatTheServiceHoldsBack_IsBusy(string message)
    {
        wire.Respond(HttpStatusCode.Forbidden, $$"""{"code":"Forbidden","message":"Message: {\"Errors\":[\"{{message}}\"]}"}""");

        Assert.IsType<PartitionResult.Busy>(await ExecuteAsync());
        Assert.Equal(1, wire.Executions);
    }

    [Theory]
    [InlineData("""{"code":"BadRequest","message":"Encountered exception while executing function. Exception = TypeError: x is undefined"}""")]
    [InlineData("")]
    public async Task AnyOtherErrorOfTheProcedure_IsABug(string body)
    {
        wire.Respond(HttpStatusCode.BadRequest, body);

        await Assert.ThrowsAsync<StoredProcedureException>(ExecuteAsync);
    }

    [Fact]
    public async Task AWriteConflictThatTheServiceSaw_IsTriedAgain()
    {
        wire.Fault = (next, _) => wire.Executions == 1
            ? Task.FromResult(new HttpResponseMessage((HttpStatusCode)449) { Content = new StringContent("") })
            : next();

        Assert.IsType<PartitionResult.Committed>(await ExecuteAsync());
        Assert.Equal(2, wire.Executions);
    }

    [Theory]
    [InlineData("123", 123)]
    [InlineData("0.5", 0.5)]
    [InlineData(null, 100)]
    public async Task Throttling_ComesWithItsTime(string? header, double milliseconds)
    {
        wire.Respond(HttpStatusCode.TooManyRequests, headers: header is null ? [] : [("x-ms-retry-after-ms", header)]);

        Assert.Equal(new PartitionResult.Throttled(TimeSpan.FromMilliseconds(milliseconds)), await ExecuteAsync());
        Assert.Equal(1, wire.Executions);
    }

    [Theory]
    [InlineData(408, null)]
    [InlineData(410, null)]
    [InlineData(500, null)]
    [InlineData(502, null)]
    [InlineData(503, null)]
    [InlineData(504, null)]
    [InlineData(403, "3")]
    [InlineData(403, "1008")]
    [InlineData(404, "1002")]
    public async Task AFailureOfTheService_LeavesInDoubt(int status, string? subStatus)
    {
        wire.Respond((HttpStatusCode)status, headers: subStatus is null ? [] : [("x-ms-substatus", subStatus)]);

        Assert.IsType<PartitionResult.Ambiguous>(await ExecuteAsync());
        Assert.Equal(1, wire.Executions);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(413)]
    public async Task AResponseThatNoRetryFixes_IsAFault(int status)
    {
        wire.Respond((HttpStatusCode)status);

        var fault = await Assert.ThrowsAsync<StoredProcedureException>(ExecuteAsync);

        Assert.Contains(status == 404 ? StreamsProcedure.Id : $"{status}", fault.Message, StringComparison.Ordinal);
    }

    public static TheoryData<Exception> LostConnections =>
    [
        new HttpRequestException("Connection refused"), new IOException("Connection reset by peer"), new HttpIOException(HttpRequestError.ResponseEnded),
        new TaskCanceledException("HttpClient.Timeout"), new TimeoutException(),
        new Azure.Identity.AuthenticationFailedException("The identity endpoint is away"),
    ];

    [Theory]
    [MemberData(nameof(LostConnections), DisableDiscoveryEnumeration = true)]
    public async Task ALostConnection_LeavesInDoubt(Exception lost)
    {
        wire.Fault = (_, _) => throw lost;

        Assert.IsType<PartitionResult.Ambiguous>(await ExecuteAsync());
        Assert.Equal(1, wire.Executions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"outcome\":\"listed\",\"lim")]
    [InlineData("<html>the proxy has a word to say</html>")]
    [InlineData("{\"outcome\":\"unheard of\"}")]
    public async Task AGarbledResponse_LeavesInDoubt(string body)
    {
        wire.Respond(HttpStatusCode.OK, body);

        Assert.IsType<PartitionResult.Ambiguous>(await ExecuteAsync());
    }

    private Task<PartitionResult> ExecuteAsync() => partition.Partitions.ExecuteAsync(Command, CancellationToken.None);
}
