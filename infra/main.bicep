metadata description = 'Stream Checker: a function app on Flex Consumption, its Cosmos DB account, and monitoring.'

targetScope = 'resourceGroup'

// ---- Where ----------------------------------------------------------------------------------------------------------

@description('The name of the environment, such as dev or prod. It becomes a tag, and is an input of the resource names.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('The region of every resource. By default the region of the resource group. It must offer Flex Consumption.')
param location string = resourceGroup().location

@description('The name of the Cosmos DB account. Set it to use a restored account; by default derived from the resource group and the environment.')
@minLength(3)
@maxLength(44)
param cosmosAccountName string = 'cosmos-${uniqueString(resourceGroup().id, environmentName)}'

// ---- The service's own settings: StreamChecker__* of the function app -----------------------------------------------

@description('The default limit of concurrent streams per user.')
@minValue(0)
@maxValue(100)
param maxConcurrentStreams int = 3

@description('The plans, as in docs/plans.md: in main.bicepparam, loadTextContent(\'../plans.json\'). Without plans, maxConcurrentStreams is the only rule.')
param plans string = ''

@description('Whether all rules are evaluated and none is enforced, except that a user has at most 100 streams.')
param observeOnly bool = false

@description('The time that a stream lives without a heartbeat, in seconds: 3 to 86,400, or 0, which means until it is stopped.')
@minValue(0)
@maxValue(86400)
param leaseSeconds int = 90

@description('The heartbeat interval of players, in seconds. Below half of the lease, so that one lost heartbeat never costs a stream.')
@minValue(1)
@maxValue(86400)
param heartbeatIntervalSeconds int = 30

@description('The heartbeat interval of players whose users could start one more stream, in seconds. 0: there is only one interval.')
@minValue(0)
@maxValue(86400)
param relaxedHeartbeatIntervalSeconds int = 0

@description('The time that a stream lives without a heartbeat while its user could start one more, in seconds. 0 without relaxedHeartbeatIntervalSeconds.')
@minValue(0)
@maxValue(86400)
param relaxedLeaseSeconds int = 0

@description('The time limit for one request to reach the database, with all retries, in seconds.')
@minValue(1)
@maxValue(60)
param deadlineSeconds int = 5

@description('Whether /console, a page for support staff, is served. It is anonymous and holds no data: its calls need a function key.')
param consoleEnabled bool = false

@description('Whether /demo, a page with two players, is served. Its calls need a function key.')
param demoEnabled bool = false

// ---- The calls that players make themselves: off without keys -------------------------------------------------------

@description('The key vault, in this resource group, whose secret player-keys holds the keys of the players\' tokens. The secret must exist. If empty, players have no calls of their own.')
@maxLength(24)
param playerKeysVaultName string = ''

@description('The lifetime of a player\'s token, in seconds. More than twice the longest heartbeat interval.')
@minValue(60)
@maxValue(2592000)
param playerTokenLifetimeSeconds int = 86400

@description('The origins of the pages whose players may call the service from a browser, separated by commas; * for every origin.')
param allowedOrigins string = ''

@description('The URL of the service as players see it. By default the app\'s own; set it for a custom domain, or for a proxy in front of the app.')
param publicUrl string = ''

// ---- Playback tokens: off without keys -------------------------------------------------------------------------------

@description('The key vault, in this resource group, whose secret playback-keys holds the private keys of playback tokens. The secret must exist. If empty, there are no playback tokens.')
@maxLength(24)
param playbackKeysVaultName string = ''

@description('The claim iss of playback tokens. If empty, they name no issuer.')
param playbackIssuer string = ''

// ---- The function app -----------------------------------------------------------------------------------------------

@description('The memory of one instance, in MB. CPU scales with it.')
@allowed([
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('The maximum number of instances. It caps the cost of a traffic flood.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Always-ready instances, against cold starts. Each one is billed continuously.')
@minValue(0)
@maxValue(40)
param alwaysReadyInstances int = 0

@description('A virtual network for the app, and private endpoints in it for the storage and the database, which are then no longer reachable from the public network.')
param vnetEnabled bool = false

// ---- The database ---------------------------------------------------------------------------------------------------

@description('The capacity mode of the database. serverless: billed by request, one region, up to 5,000 RU/s for each physical partition. autoscale: billed by the hour, up to cosmosAutoscaleMaxRu. It cannot be changed once the account exists.')
@allowed([
  'serverless'
  'autoscale'
])
param cosmosCapacity string = 'serverless'

@description('With autoscale: the maximum throughput of the container, in RU/s, in each region; a multiple of 1,000. A tenth of it is the minimum, and is billed without traffic.')
@minValue(1000)
@maxValue(1000000)
param cosmosAutoscaleMaxRu int = 1000

@description('With autoscale: read regions to fail over to, nearest first. There is always one write region.')
@maxLength(4)
param cosmosReadRegions string[] = []

@description('The consistency level of the account. With read regions only Strong has a recovery point of zero, so it is the default there; docs/operations.md explains what it means for stored procedures.')
@allowed([
  'Session'
  'BoundedStaleness'
  'Strong'
])
param cosmosConsistencyLevel string = empty(cosmosReadRegions) ? 'Session' : 'Strong'

@description('The backup policy. Continuous7Days is free of charge. An account cannot go back from continuous to periodic.')
@allowed([
  'Continuous7Days'
  'Continuous30Days'
  'Periodic'
])
param cosmosBackup string = 'Continuous7Days'

@description('Spread the database, the plan and the storage over availability zones. The regions must have them.')
param zoneRedundant bool = false

// ---- Monitoring -----------------------------------------------------------------------------------------------------

@description('The address for alert mails. If empty, alerts only appear in the portal.')
param alertEmail string = ''

@description('The retention of logs, in days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('The daily cap of telemetry, in GB. Beyond it, telemetry is dropped until the next day and request alerts see no data. -1 means no cap.')
@minValue(-1)
@maxValue(1000)
param logDailyQuotaGB int = 5

@description('The share of requests whose traces are kept, in percent. Metrics and the app\'s logs are never sampled, and alerts weight a kept request by the sampling ratio.')
@minValue(1)
@maxValue(100)
param telemetrySamplingPercent int = 10

@description('Alert when more than this share of requests in 15 minutes fails with 5xx, in percent.')
@minValue(1)
@maxValue(100)
param serverErrorSharePercent int = 2

@description('Alert when more than this share of requests in 15 minutes returns 401 or 403, in percent. Starts at the limit are included.')
@minValue(1)
@maxValue(100)
param unauthorizedSharePercent int = 20

@description('Alert when the 95th percentile of a request\'s duration is above this in two of three periods of 5 minutes, in milliseconds.')
@minValue(10)
@maxValue(60000)
param p95LatencyMilliseconds int = 500

@description('Alert when the database rejects more than this many requests with 429 in 5 minutes.')
@minValue(0)
@maxValue(1000000)
param throttledRequests int = 25

@description('Alert when the busiest physical partition uses more than this share of its throughput, on average over 15 minutes, in percent.')
@minValue(1)
@maxValue(100)
param normalizedRuPercent int = 80

// ---- Combined constraints --------------------------------------------------------------------------------------------

var heartbeatFitsLease = leaseSeconds == 0 || heartbeatIntervalSeconds * 2 < leaseSeconds
var checkedHeartbeatIntervalSeconds = heartbeatFitsLease
  ? heartbeatIntervalSeconds
  : fail('heartbeatIntervalSeconds must be below half of leaseSeconds')

var relaxedHeartbeatFitsLease = relaxedHeartbeatIntervalSeconds == 0
  ? relaxedLeaseSeconds == 0
  : relaxedHeartbeatIntervalSeconds >= heartbeatIntervalSeconds && relaxedLeaseSeconds >= leaseSeconds && leaseSeconds > 0 && relaxedHeartbeatIntervalSeconds * 2 < relaxedLeaseSeconds
var checkedRelaxedHeartbeatIntervalSeconds = relaxedHeartbeatFitsLease
  ? relaxedHeartbeatIntervalSeconds
  : fail('relaxedHeartbeatIntervalSeconds must be at least heartbeatIntervalSeconds and below half of relaxedLeaseSeconds, which must be at least leaseSeconds')

var playerTokenOutlivesHeartbeats = playerTokenLifetimeSeconds > 2 * max(heartbeatIntervalSeconds, relaxedHeartbeatIntervalSeconds)
var checkedPlayerTokenLifetimeSeconds = playerTokenOutlivesHeartbeats || empty(playerKeysVaultName)
  ? playerTokenLifetimeSeconds
  : fail('playerTokenLifetimeSeconds must be more than twice the longest heartbeat interval')

var checkedAutoscaleMaxRu = cosmosAutoscaleMaxRu % 1000 == 0
  ? cosmosAutoscaleMaxRu
  : fail('cosmosAutoscaleMaxRu must be a multiple of 1000')

var checkedReadRegions = cosmosCapacity == 'autoscale' || empty(cosmosReadRegions)
  ? cosmosReadRegions
  : fail('A serverless account has one region: cosmosReadRegions needs cosmosCapacity autoscale')

// ---- The parts ------------------------------------------------------------------------------------------------------

var token = uniqueString(resourceGroup().id, environmentName)
var tags = {
  'azd-env-name': environmentName
}

// Every name is known before the deployment, so that what-if shows all resources.
var identityName = 'id-${token}'
var applicationInsightsName = 'appi-${token}'
var storageAccountName = 'st${token}'
var packageContainerName = 'app-packages'
var cosmosDatabaseName = 'stream-checker'
var cosmosContainerName = 'streams'
var networkName = 'vnet-${token}'
var appSubnetName = 'app'
var endpointSubnetName = 'private-endpoints'

var playerKeysSecretName = 'player-keys'
var playbackKeysSecretName = 'playback-keys'

var publicNetworkAccess = vnetEnabled ? 'Disabled' : 'Enabled'

module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: 'log-${token}'
    applicationInsightsName: applicationInsightsName
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyQuotaGB: logDailyQuotaGB
    identityName: identityName
  }
  dependsOn: [
    identity
  ]
}

module storage 'modules/storage.bicep' = {
  params: {
    name: storageAccountName
    packageContainerName: packageContainerName
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    publicNetworkAccess: publicNetworkAccess
    identityName: identityName
  }
  dependsOn: [
    identity
  ]
}

module cosmosAccount 'modules/cosmos-account.bicep' = {
  params: {
    name: cosmosAccountName
    location: location
    tags: tags
    capacity: cosmosCapacity
    readRegions: checkedReadRegions
    consistencyLevel: cosmosConsistencyLevel
    backup: cosmosBackup
    zoneRedundant: zoneRedundant
    publicNetworkAccess: publicNetworkAccess
  }
}

module cosmosStreams 'modules/cosmos-streams.bicep' = {
  params: {
    accountName: cosmosAccountName
    databaseName: cosmosDatabaseName
    containerName: cosmosContainerName
    autoscaleMaxRu: cosmosCapacity == 'autoscale' ? checkedAutoscaleMaxRu : null
  }
  dependsOn: [
    cosmosAccount
  ]
}

module cosmosAccess 'modules/cosmos-access.bicep' = {
  params: {
    accountName: cosmosAccountName
    databaseName: cosmosDatabaseName
    containerName: cosmosContainerName
    identityName: identityName
  }
  dependsOn: [
    cosmosStreams
    identity
  ]
}

module network 'modules/network.bicep' = if (vnetEnabled) {
  params: {
    name: networkName
    location: location
    tags: tags
    appSubnetName: appSubnetName
    endpointSubnetName: endpointSubnetName
  }
}

module storageEndpoint 'modules/private-endpoint.bicep' = if (vnetEnabled) {
  params: {
    name: 'pep-blob-${token}'
    location: location
    tags: tags
    networkName: networkName
    subnetName: endpointSubnetName
    targetId: resourceId('Microsoft.Storage/storageAccounts', storageAccountName)
    groupId: 'blob'
    zoneName: 'privatelink.blob.${environment().suffixes.storage}'
  }
  dependsOn: [
    network
    playbackKeys
    storage
  ]
}

module cosmosEndpoint 'modules/private-endpoint.bicep' = if (vnetEnabled) {
  params: {
    name: 'pep-cosmos-${token}'
    location: location
    tags: tags
    networkName: networkName
    subnetName: endpointSubnetName
    targetId: resourceId('Microsoft.DocumentDB/databaseAccounts', cosmosAccountName)
    groupId: 'Sql'
    zoneName: 'privatelink.documents.azure.com'
  }
  // Not at the same time as the other endpoint: a subnet accepts one change at a time.
  dependsOn: [
    cosmosAccount
    storageEndpoint
  ]
}

module playerKeys 'modules/key-vault-secret.bicep' = if (!empty(playerKeysVaultName)) {
  params: {
    vaultName: playerKeysVaultName
    secretName: playerKeysSecretName
    identityName: identityName
  }
  dependsOn: [
    identity
  ]
}

module playbackKeys 'modules/key-vault-secret.bicep' = if (!empty(playbackKeysVaultName)) {
  params: {
    vaultName: playbackKeysVaultName
    secretName: playbackKeysSecretName
    identityName: identityName
  }
  dependsOn: [
    identity
  ]
}

module functionApp 'modules/function-app.bicep' = {
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityName: identityName
    storageAccountName: storageAccountName
    packageContainerName: packageContainerName
    applicationInsightsName: applicationInsightsName
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    zoneRedundant: zoneRedundant
    subnetId: vnetEnabled
      ? resourceId('Microsoft.Network/virtualNetworks/subnets', networkName, appSubnetName)
      : null
    telemetrySamplingPercent: telemetrySamplingPercent
    maxConcurrentStreams: maxConcurrentStreams
    plans: plans
    observeOnly: observeOnly
    leaseSeconds: leaseSeconds
    heartbeatIntervalSeconds: checkedHeartbeatIntervalSeconds
    relaxedHeartbeatIntervalSeconds: checkedRelaxedHeartbeatIntervalSeconds
    relaxedLeaseSeconds: relaxedLeaseSeconds
    deadlineSeconds: deadlineSeconds
    consoleEnabled: consoleEnabled
    demoEnabled: demoEnabled
    playerKeysVaultName: playerKeysVaultName
    playerKeysSecretName: playerKeysSecretName
    playerTokenLifetimeSeconds: checkedPlayerTokenLifetimeSeconds
    allowedOrigins: allowedOrigins
    publicUrl: publicUrl
    playbackKeysVaultName: playbackKeysVaultName
    playbackKeysSecretName: playbackKeysSecretName
    playbackIssuer: playbackIssuer
    cosmosEndpoint: cosmosAccount.outputs.endpoint
    cosmosDatabaseName: cosmosDatabaseName
    cosmosContainerName: cosmosContainerName
  }
  // The app must not start before it has access to its storage, its database, its keys and telemetry ingestion.
  dependsOn: [
    cosmosAccess
    cosmosEndpoint
    monitoring
    network
    playbackKeys
    playerKeys
    storage
    storageEndpoint
  ]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    location: location
    tags: tags
    token: token
    email: alertEmail
    applicationInsightsName: applicationInsightsName
    cosmosAccountName: cosmosAccountName
    serverErrorSharePercent: serverErrorSharePercent
    unauthorizedSharePercent: unauthorizedSharePercent
    p95LatencyMilliseconds: p95LatencyMilliseconds
    throttledRequests: throttledRequests
    normalizedRuPercent: normalizedRuPercent
  }
  dependsOn: [
    cosmosAccount
    monitoring
  ]
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: tags
    token: token
    applicationInsightsName: applicationInsightsName
    cosmosAccountName: cosmosAccountName
  }
  dependsOn: [
    cosmosAccount
    monitoring
  ]
}

@description('The URL of the service. Requests need a function key, which no deployment prints.')
output STREAM_CHECKER_URL string = functionApp.outputs.url

@description('The name of the function app.')
output AZURE_FUNCTION_NAME string = functionApp.outputs.name

@description('The endpoint of the Cosmos DB account.')
output AZURE_COSMOS_ENDPOINT string = cosmosAccount.outputs.endpoint

@description('The name of the Cosmos DB account.')
output AZURE_COSMOS_ACCOUNT_NAME string = cosmosAccountName

@description('The name of the Application Insights component.')
output AZURE_APPLICATION_INSIGHTS_NAME string = applicationInsightsName
