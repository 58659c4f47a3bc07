metadata description = 'The Cosmos DB account: one write region, no keys.'

@description('The name of the account.')
param name string

@description('The write region.')
param location string

@description('Tags.')
param tags { *: string }

@description('The capacity mode.')
param capacity 'serverless' | 'autoscale'

@description('The read regions, in the order of failover.')
param readRegions string[]

@description('The default consistency level.')
param consistencyLevel 'Session' | 'BoundedStaleness' | 'Strong'

@description('The backup policy.')
param backup 'Continuous7Days' | 'Continuous30Days' | 'Periodic'

@description('Spread the replicas of every region over availability zones.')
param zoneRedundant bool

@description('Whether the account is reachable from the public network in addition to its private endpoints.')
param publicNetworkAccess 'Enabled' | 'Disabled'

var regions = concat([location], readRegions)

// The minimum that Cosmos DB allows for one region, and for several.
var boundedStaleness = empty(readRegions)
  ? { maxStalenessPrefix: 10, maxIntervalInSeconds: 5 }
  : { maxStalenessPrefix: 100000, maxIntervalInSeconds: 300 }

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: capacity == 'serverless' ? [{ name: 'EnableServerless' }] : []
    // Two write regions would each admit a user up to the limit.
    enableMultipleWriteLocations: false
    enableAutomaticFailover: !empty(readRegions)
    locations: [
      for (region, priority) in regions: {
        locationName: region
        failoverPriority: priority
        isZoneRedundant: zoneRedundant
      }
    ]
    consistencyPolicy: union(
      { defaultConsistencyLevel: consistencyLevel },
      consistencyLevel == 'BoundedStaleness' ? boundedStaleness : {}
    )
    backupPolicy: backup == 'Periodic'
      ? {
          type: 'Periodic'
          periodicModeProperties: {
            backupIntervalInMinutes: 240
            backupRetentionIntervalInHours: 48
            backupStorageRedundancy: zoneRedundant ? 'Zone' : 'Local'
          }
        }
      : {
          type: 'Continuous'
          continuousModeProperties: {
            tier: backup == 'Continuous30Days' ? 'Continuous30Days' : 'Continuous7Days'
          }
        }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: publicNetworkAccess
    // Read regions and quiet partitions scale down independently; without this all follow the busiest one.
    enablePerRegionPerPartitionAutoscale: capacity == 'autoscale'
  }
}

@description('The endpoint of the account.')
output endpoint string = account.properties.documentEndpoint
