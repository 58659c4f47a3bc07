namespace StreamChecker.StoredProcedure;

/// <summary>The stored procedure failed in a way that no retry mends. Everything it did was rolled back.</summary>
public sealed class StoredProcedureException(string message) : Exception(message);
