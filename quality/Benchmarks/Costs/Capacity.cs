namespace StreamChecker.Benchmarks.Costs;

/// <summary>The capacity that an audience needs in Azure, and its cost: rounded list prices of one region, in US dollars.</summary>
internal sealed record Capacity(Audience Audience, OperationCharges Charges)
{
    public const double UnitsOfPhysicalPartition = 10_000;
    public const double UnitsOfServerless = 5_000;

    private const double HoursOfMonth = 730;
    private const double SecondsOfMonth = HoursOfMonth * 3600;
    private const double Headroom = 1.25;
    private const double BytesOfPhysicalPartition = 50e9;

    /// <summary>Autoscale: for 100 RU/s and hour.</summary>
    private const double PriceOfHundredUnits = 0.012;

    /// <summary>Serverless: for a million RU.</summary>
    private const double PriceOfMillionUnits = 0.25;

    private const double PriceOfMillionExecutions = 0.40;
    private const double PriceOfGigabyteSecond = 0.000026;
    private const double GigabytesOfInstance = 2;

    /// <summary>Assumed: well below the measured throughput of the Server on one core, since no instance should run at its limit.</summary>
    private const double CallsOfInstance = 1_000;

    /// <summary>Assumed: half of the measured throughput of the Server on one core over the gateway.</summary>
    private const double CallsOfContainerCore = 2_500;

    /// <summary>Assumed: one core of a container, with its memory, for an hour.</summary>
    private const double PriceOfCoreHour = 0.05;

    public double UnitsPerSecond => Audience.UnitsPerSecond(Charges);

    /// <summary>The throughput to provision: that of the busiest hour and a quarter, since the load of partitions differs.</summary>
    public double ProvisionedUnits => Math.Max(1000, Math.Ceiling(UnitsPerSecond * Headroom / 1000) * 1000);

    public double PhysicalPartitions => Math.Max(1, Math.Max(
        Math.Ceiling(ProvisionedUnits / UnitsOfPhysicalPartition), Math.Ceiling(StoredBytes / BytesOfPhysicalPartition)));

    public double Instances => Math.Max(1, Math.Ceiling(Audience.CallsPerSecond / CallsOfInstance));

    /// <summary>Autoscale is billed by the highest throughput of each hour, and at least a tenth of the maximum.</summary>
    public double AutoscalePerMonth =>
        Math.Max(ProvisionedUnits / 10, UnitsPerSecond * Audience.AverageToPeak * Headroom) / 100 * PriceOfHundredUnits * HoursOfMonth;

    public double? ServerlessPerMonth => UnitsPerSecond <= UnitsOfServerless
        ? UnitsPerSecond * Audience.AverageToPeak * SecondsOfMonth / 1e6 * PriceOfMillionUnits
        : null;

    public double FunctionsPerMonth =>
        (Audience.CallsPerSecond * Audience.AverageToPeak * SecondsOfMonth / 1e6 * PriceOfMillionExecutions)
        + (Math.Max(1, Audience.CallsPerSecond * Audience.AverageToPeak / CallsOfInstance) * GigabytesOfInstance * SecondsOfMonth * PriceOfGigabyteSecond);

    /// <summary>The Server in containers instead of the Functions app, with at least two cores.</summary>
    public double ContainersPerMonth =>
        Math.Max(2, Math.Ceiling(Audience.CallsPerSecond / CallsOfContainerCore)) * PriceOfCoreHour * HoursOfMonth;

    /// <summary>A record's document is deleted ten minutes after its stream ended; a user document is kept.</summary>
    private double StoredBytes => Audience.Viewers
        * (((1 + (10 / Audience.StreamMinutes)) * Charges.RecordBytes) + (Audience.UsersToPeak * Charges.UserBytes));

    /// <summary>The rate at which an operation of one user uses the whole throughput of a physical partition.</summary>
    public static double MostPerSecond(double charge) => UnitsOfPhysicalPartition / charge;
}
