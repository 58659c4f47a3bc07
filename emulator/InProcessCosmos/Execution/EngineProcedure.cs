using InProcessCosmos.Documents;

namespace InProcessCosmos.Execution;

/// <summary>A stored procedure in its container, ready to be called.</summary>
public sealed class EngineProcedure
{
    internal EngineProcedure(Container container, Procedure procedure) => (Container, Procedure) = (container, procedure);

    internal Container Container { get; }

    internal Procedure Procedure { get; }
}
