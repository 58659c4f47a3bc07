using System.Text.Json;

namespace InProcessCosmos.Gateway;

/// <summary>The account: one region, which is this gateway, with session consistency.</summary>
internal static class AccountAnswer
{
    private const string QueryEngine =
        """{"maxSqlQueryInputLength":262144,"maxJoinsPerSqlQuery":5,"maxLogicalAndPerSqlQuery":500,"maxLogicalOrPerSqlQuery":500,"maxUdfRefPerSqlQuery":10,"maxInExpressionItemsCount":16000,"sqlAllowTop":true,"sqlAllowSubQuery":false,"sqlAllowScalarSubQuery":false,"sqlAllowLike":true,"sqlAllowGroupByClause":false,"sqlAllowAggregateFunctions":true,"sqlDisableOptimizationFlags":0,"queryMaxInMemorySortDocumentCount":-500,"queryMaxGroupByTableCellCount":500000,"enableSpatialIndexing":false,"allowNewKeywords":true}""";

    public static GatewayResponse Of(Uri endpoint) => new(200, Json.Object(json =>
    {
        json.WriteString("_self", "");
        json.WriteString("id", "in-process");
        json.WriteString("_rid", "in-process");
        json.WriteString("media", "//media/");
        json.WriteString("addresses", "//addresses/");
        json.WriteString("_dbs", "//dbs/");
        Region(json, "writableLocations", endpoint);
        Region(json, "readableLocations", endpoint);
        json.WriteBoolean("enableMultipleWriteLocations", false);
        Replicas(json, "userReplicationPolicy");
        json.WriteStartObject("userConsistencyPolicy");
        json.WriteString("defaultConsistencyLevel", "Session");
        json.WriteEndObject();
        Replicas(json, "systemReplicationPolicy");
        json.WriteStartObject("readPolicy");
        json.WriteNumber("primaryReadCoefficient", 1);
        json.WriteNumber("secondaryReadCoefficient", 1);
        json.WriteEndObject();
        json.WriteString("queryEngineConfiguration", QueryEngine);
    }));

    private static void Region(Utf8JsonWriter json, string name, Uri endpoint)
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        json.WriteString("name", "Here");
        json.WriteString("databaseAccountEndpoint", endpoint.GetLeftPart(UriPartial.Authority) + "/");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Replicas(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("asyncReplication", false);
        json.WriteNumber("minReplicaSetSize", 1);
        json.WriteNumber("maxReplicasetSize", 1);
        json.WriteEndObject();
    }
}
