using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using StreamChecker.Tests.Hosting;

namespace StreamChecker.Tests.Processes;

/// <summary>A Server that cannot start says why in one line, and ends with 1.</summary>
public sealed partial class StartFailureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ADataFolderThatIsOpenElsewhere_IsNamed()
    {
        await using var first = await ServerProcess.StartAsync(folder.Path);

        await AssertRefusedAsync($"The data folder {folder.Path} is open in another process.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ADataFolderOfAnotherFormat_IsNotTouched_AndTheLineSaysHowToStartOver(int format)
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "FORMAT"), $"{format}\n");

        await AssertRefusedAsync(
            $"The data folder {folder.Path} has format {format}; this version of Stream Checker reads format 2. " +
            "To start over without its data, delete the folder or name another with StreamChecker__DataPath.");

        Assert.Equal(["FORMAT"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task AFolderOfSomebodyElse_IsNotTouched()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "holiday.jpg"), "");

        await AssertRefusedAsync("holds files that are not Stream Checker's");
    }

    [Fact]
    public async Task ADataFolderThatCannotBeWritten_IsNamed() =>
        await AssertRefusedAsync("The data folder /dev/null/data cannot be used", dataPath: "/dev/null/data");

    [Fact]
    public async Task ASettingOutOfRange_IsNamed() =>
        await AssertRefusedAsync("StreamChecker:LeaseSeconds is -5", settings: ("StreamChecker__LeaseSeconds", "-5"));

    [Fact]
    public async Task ASettingThatIsNoNumber_IsNamed() =>
        await AssertRefusedAsync("StreamChecker:LeaseSeconds", settings: ("StreamChecker__LeaseSeconds", "ninety"));

    [Fact]
    public async Task APortThatIsTaken_IsNamed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        await AssertRefusedAsync("address already in use", settings: ("ASPNETCORE_URLS", url));
    }

    [Fact]
    public async Task AnAddressBeyondLoopbackWithoutKeys_IsNamed() =>
        await AssertRefusedAsync("Without keys the service listens on loopback only", settings: ("ASPNETCORE_URLS", "http://0.0.0.0:0"));

    [Fact]
    public async Task AnAccountThatRejectsTheKey_IsNamed()
    {
        using var account = new TemporaryFolder();
        await using var gateway = await ServerProcess.StartAsync(account.Path, ("StreamChecker__CosmosGateway__Port", "0"));
        var address = GatewayAddress().Match(gateway.Output).Groups[1].Value;
        var wrongKey = Convert.ToBase64String(new byte[64]);

        await AssertRefusedAsync(
            $"Cosmos DB at {address}/ does not let its database be made: ",
            settings:
            [
                ("StreamChecker__Cosmos__ConnectionString", $"AccountEndpoint={address};AccountKey={wrongKey}"),
                ("StreamChecker__Cosmos__Provision", "true"),
            ]);
    }

    private async Task AssertRefusedAsync(string line, string? dataPath = null, params (string Name, string Value)[] settings)
    {
        var (exitCode, output) = await ServerProcess.FailAsync(
            dataPath ?? folder.Path, [("Logging__LogLevel__Default", "Warning"), .. settings]);

        Assert.Equal(1, exitCode);
        Assert.Contains(line, output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [GeneratedRegex("The Cosmos DB gateway is at (http://127.0.0.1:[0-9]+)")]
    private static partial Regex GatewayAddress();
}
