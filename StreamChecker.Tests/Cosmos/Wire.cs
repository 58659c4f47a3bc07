using System.Collections.Concurrent;
using System.Net;
using System.Text;
using StreamChecker.StoredProcedure;

namespace StreamChecker.Tests.Cosmos;

/// <summary>The network between the SDK and the gateway: it counts what passes, and fails where a test wants it to.</summary>
internal sealed class Wire : DelegatingHandler
{
    /// <summary>Sends a request on to the gateway.</summary>
    public delegate Task<HttpResponseMessage> Next();

    private readonly ConcurrentQueue<string> passed = new();

    /// <summary>The requests so far: method and path.</summary>
    public IReadOnlyCollection<string> Passed => passed;

    /// <summary>How many of them ran the stored procedure.</summary>
    public int Executions => passed.Count(IsExecution);

    /// <summary>Which requests <see cref="Fault"/> befalls: the runs of the stored procedure, unless a test says otherwise.</summary>
    public Func<string, bool> Befallen { get; set; } = IsExecution;

    /// <summary>What becomes of these requests; null where they go through.</summary>
    public Func<Next, CancellationToken, Task<HttpResponseMessage>>? Fault { get; set; }

    public void Forget() => passed.Clear();

    /// <summary>Gives each of these requests this response, before it reaches the gateway.</summary>
    public void Respond(HttpStatusCode status, string body = "", params (string Name, string Value)[] headers) => Fault = (_, _) =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            response.Headers.Add(name, value);
        }

        return Task.FromResult(response);
    };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var line = $"{request.Method} {request.RequestUri!.AbsolutePath}";
        passed.Enqueue(line);
        return Fault is { } fault && Befallen(line)
            ? fault(() => base.SendAsync(request, cancellationToken), cancellationToken)
            : base.SendAsync(request, cancellationToken);
    }

    private static bool IsExecution(string request) =>
        request.StartsWith("POST ", StringComparison.Ordinal) && request.EndsWith($"/sprocs/{StreamsProcedure.Id}", StringComparison.Ordinal);
}
