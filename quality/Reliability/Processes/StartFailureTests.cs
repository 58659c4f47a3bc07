using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace StreamChecker.Reliability.Processes;

/// <summary>A Server that cannot start says why in one line, and ends with 1.</summary>
public sealed partial class StartFailureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ADataFolderThatIsOpenElsewhere_IsNamed()
    {
        await using var first = await ServerProcess.StartAsync(folder.Path);

        await AssertFailsAsync($"The data folder {folder.Path} is open in another process.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ADataFolderOfAnotherFormat_IsNotTouched_AndTheLineSaysHowToStartOver(int format)
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "FORMAT"), $"{format}\n");

        await AssertFailsAsync(
            $"The data folder {folder.Path} has format {format}; this version reads format 2. " +
            "To start over without its data, delete the folder or use another one. StreamChecker__DataPath names the folder.");

        Assert.Equal(["FORMAT"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task AFolderOfSomebodyElse_IsNotTouched()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "holiday.jpg"), "");

        await AssertFailsAsync("holds files that are not the engine's; use another one. StreamChecker__DataPath names the folder.");
    }

    [Fact]
    public async Task ADataFolderThatCannotBeWritten_IsNamed() =>
        await AssertFailsAsync("The data folder /dev/null/data cannot be used", dataPath: "/dev/null/data");

    [Fact]
    public async Task ASettingOutOfRange_IsNamed() =>
        await AssertFailsAsync("StreamChecker__LeaseSeconds is -5", settings: ("StreamChecker__LeaseSeconds", "-5"));

    [Fact]
    public async Task ASettingThatIsNoNumber_IsNamed() =>
        await AssertFailsAsync("'StreamChecker__LeaseSeconds'", settings: ("StreamChecker__LeaseSeconds", "ninety"));

    [Fact]
    public async Task APortThatIsTaken_IsNamed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        await AssertFailsAsync("address already in use", settings: ("ASPNETCORE_URLS", url));
    }

    [ForbiddenPortFact]
    public async Task APortThatIsForbidden_IsNamed()
    {
        var url = $"http://127.0.0.1:{ForbiddenPortFactAttribute.Port}";

        var (exitCode, output) = await ServerProcess.EndAsync(
            [.. ForbiddenPortFactAttribute.Launcher, .. ServerProcess.Command], folder.Path, ("Logging__LogLevel__Default", "Warning"), ("ASPNETCORE_URLS", url));

        Assert.Equal((1, $"The Server cannot listen on {url}: Permission denied."), (exitCode, output.Trim()));
    }

    /// <summary>The settings file is the one next to the program, so the program goes next to a broken one.</summary>
    [LinuxFact]
    public async Task ASettingsFileThatIsNotJson_IsNamed()
    {
        using var program = new TemporaryFolder();
        foreach (var entry in Directory.EnumerateFileSystemEntries(AppContext.BaseDirectory))
        {
            // The host follows a link from the program itself to where it was built.
            var name = Path.GetFileName(entry);
            if (name.StartsWith("StreamChecker.Server.", StringComparison.Ordinal))
            {
                File.Copy(entry, Path.Combine(program.Path, name));
            }
            else if (name != "appsettings.json")
            {
                File.CreateSymbolicLink(Path.Combine(program.Path, name), entry);
            }
        }

        var settings = Path.Combine(program.Path, "appsettings.json");
        await File.WriteAllTextAsync(settings, """{ "StreamChecker": { "LeaseSeconds": 90, """);

        var (exitCode, output) = await ServerProcess.EndAsync(["dotnet", Path.Combine(program.Path, "StreamChecker.Server.dll")], folder.Path);

        Assert.Equal(1, exitCode);
        Assert.Contains(settings, Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("127.0.0.1:7071", "must begin with http:// or https://")]
    [InlineData("localhost", "must begin with http:// or https://")]
    [InlineData("ftp://127.0.0.1:7071", "must begin with http:// or https://")]
    [InlineData("http:/127.0.0.1:7071", "must begin with http:// or https://")]
    [InlineData("http://127.0.0.1:99999", "a port is a number from 0 to 65535")]
    [InlineData("http://127.0.0.1:-1", "a port is a number from 0 to 65535")]
    [InlineData("http://127.0.0.1:seven", "a port is a number from 0 to 65535")]
    [InlineData("http://127.0.0.1:0/path", "it must not have a path")]
    [InlineData("http://", "it has no host")]
    [InlineData(";", "has no address to listen on")]
    [InlineData("https://127.0.0.1:0", "certificate")]
    [InlineData("http://192.0.2.1:7071", "192.0.2.1")]
    [InlineData("http://unix:/nowhere/at/all.sock", "/nowhere/at/all.sock")]
    [InlineData("http://backend.example:7071", "Without keys the Server listens on loopback only")]
    public async Task AnAddressThatIsNone_IsNamed(string url, string line) => await AssertFailsAsync(line, settings: ("ASPNETCORE_URLS", url));

    [Theory]
    [InlineData("StreamChecker__LeaseSecond", "7", "StreamChecker__LeaseSecond is not a setting. Did you mean StreamChecker__LeaseSeconds?")]
    [InlineData("StreamChecker__MaxConcurrentStream", "1", "Did you mean StreamChecker__MaxConcurrentStreams?")]
    [InlineData("StreamChecker__Cosmo__ConnectionString", "x", "Did you mean StreamChecker__Cosmos__ConnectionString?")]
    [InlineData("StreamChecker__Cosmos__Endpoint", "x", "Did you mean StreamChecker__Cosmos__AccountEndpoint?")]
    [InlineData("StreamChecker__ApiKey", "x", "Did you mean StreamChecker__ApiKeys?")]
    [InlineData("StreamChecker__LeaseSeconds", "", "StreamChecker__LeaseSeconds is set but empty")]
    [InlineData("StreamChecker__DataPath", "", "StreamChecker__DataPath is set but empty")]
    [InlineData("StreamChecker__Cosmos__ConnectionString", "", "StreamChecker__Cosmos__ConnectionString is set but empty")]
    [InlineData("StreamChecker__Cosmos__AccountEndpoint", " ", "StreamChecker__Cosmos__AccountEndpoint is set but empty")]
    [InlineData("StreamChecker__Cosmos__DatabaseName", "prod", "for an emulator, StreamChecker__Cosmos__ConnectionString.")]
    [InlineData("StreamChecker__Cosmos__Provision", "true", "for an emulator, StreamChecker__Cosmos__ConnectionString.")]
    [InlineData("Logging__LogLevel__Default", "Loud", "Loud")]
    [InlineData("StreamChecker__LeaseSeconds", "2", "the shortest lease is 3")]
    public async Task ASettingThatWouldNotDoWhatItSays_IsNamed(string setting, string value, string line)
    {
        await AssertFailsAsync(line, settings: (setting, value));

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task SeveralMisspelledSettings_AreAllNamed() => await AssertFailsAsync(
        "StreamChecker__LeaseSecond is not a setting. Did you mean StreamChecker__LeaseSeconds? " +
        "StreamChecker__MaxConcurrentStream is not a setting. Did you mean StreamChecker__MaxConcurrentStreams?",
        settings: [("StreamChecker__MaxConcurrentStream", "1"), ("StreamChecker__LeaseSecond", "7")]);

    [Theory]
    [InlineData("start", "The argument start is unknown.")]
    [InlineData("--url=http://127.0.0.1:0", "The option --url is unknown. Did you mean --urls?")]
    [InlineData("--StreamChecker:LeaseSecond=7", "StreamChecker__LeaseSecond is not a setting. Did you mean StreamChecker__LeaseSeconds?")]
    [InlineData("--StreamChecker__LeaseSeconds=7", "Did you mean --StreamChecker:LeaseSeconds?")]
    [InlineData("--urls", "The option --urls has no value.")]
    public async Task AWordThatMeansNothing_IsNamed(string word, string line)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(folder.Path, word);

        Assert.Equal(1, exitCode);
        Assert.Contains(line, output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("--help", "usage: StreamChecker.Server")]
    [InlineData("-h", "usage: StreamChecker.Server")]
    [InlineData("--version", "0.")]
    public async Task AQuestion_GetsItsOutputWithoutAStart(string word, string line)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(Path.Combine(folder.Path, "data"), word);

        Assert.Equal(0, exitCode);
        Assert.Contains(line, output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [LinuxFact]
    public async Task TooFewFilesToOpen_AreSaid()
    {
        using var process = Process.Start(new ProcessStartInfo(
            "sh", ["-c", $"ulimit -n 150; exec dotnet '{Path.Combine(AppContext.BaseDirectory, "StreamChecker.Server.dll")}'"])
        {
            RedirectStandardError = true,
            Environment = { ["StreamChecker__DataPath"] = folder.Path, ["DOTNET_gcServer"] = "0" },
        })!;

        var output = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal((1, "The limit of open files is 150 (ulimit -n); the process needs at least 256, and one for each connection."), (process.ExitCode, output.Trim()));
    }

    [Fact]
    public async Task AtDebug_TheStackTraceFollows()
    {
        var (exitCode, output) = await ServerProcess.FailAsync(folder.Path, ("Logging__LogLevel__Default", "Debug"), ("StreamChecker__LeaseSeconds", "-5"));

        Assert.Equal(1, exitCode);
        Assert.Contains("   at StreamChecker", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAddressBeyondLoopbackWithoutKeys_IsNamed() =>
        await AssertFailsAsync("Without keys the Server listens on loopback only", settings: ("ASPNETCORE_URLS", "http://0.0.0.0:0"));

    [Fact]
    public async Task AnAccountThatRejectsTheKey_IsNamed()
    {
        using var account = new TemporaryFolder();
        await using var gateway = await ServerProcess.StartAsync(account.Path, ("StreamChecker__CosmosGateway__Port", "0"));
        var address = GatewayAddress().Match(gateway.Output).Groups[1].Value;
        var wrongKey = Convert.ToBase64String(new byte[64]);

        await AssertFailsAsync(
            $"Cosmos DB at {address}/ rejects the provisioning of its database: ",
            settings:
            [
                ("StreamChecker__Cosmos__ConnectionString", $"AccountEndpoint={address};AccountKey={wrongKey}"),
                ("StreamChecker__Cosmos__Provision", "true"),
            ]);
    }

    private async Task AssertFailsAsync(string line, string? dataPath = null, params (string Name, string Value)[] settings)
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
