metadata description = 'The Flex Consumption plan and the function app, with every setting that it reads.'

@description('The name of the function app.')
param name string

@description('The name of the plan.')
param planName string

@description('The region.')
param location string

@description('Tags.')
param tags { *: string }

@description('The identity of the app.')
param identityName string

@description('The storage account of the Functions host.')
param storageAccountName string

@description('The blob container that the app\'s package is deployed to.')
param packageContainerName string

@description('The Application Insights component.')
param applicationInsightsName string

@description('The memory of one instance, in MB.')
param instanceMemoryMB int

@description('The maximum number of instances.')
param maximumInstanceCount int

@description('The number of always-ready instances.')
param alwaysReadyInstances int

@description('Spread the instances over availability zones.')
param zoneRedundant bool

@description('The subnet of the instances, delegated to Microsoft.App/environments; null without a virtual network.')
param subnetId string?

@description('The share of requests whose traces are kept, in percent.')
param telemetrySamplingPercent int

@description('StreamChecker__MaxConcurrentStreams')
param maxConcurrentStreams int

@description('StreamChecker__Plans')
param plans string

@description('StreamChecker__ObserveOnly')
param observeOnly bool

@description('StreamChecker__LeaseSeconds')
param leaseSeconds int

@description('StreamChecker__HeartbeatIntervalSeconds')
param heartbeatIntervalSeconds int

@description('StreamChecker__RelaxedHeartbeatIntervalSeconds')
param relaxedHeartbeatIntervalSeconds int

@description('StreamChecker__RelaxedLeaseSeconds')
param relaxedLeaseSeconds int

@description('StreamChecker__DeadlineSeconds')
param deadlineSeconds int

@description('StreamChecker__Console')
param consoleEnabled bool

@description('StreamChecker__Demo')
param demoEnabled bool

@description('The key vault with the keys of the players\' tokens; empty without players\' calls.')
param playerKeysVaultName string

@description('The secret in it.')
param playerKeysSecretName string

@description('StreamChecker__PlayerTokenLifetimeSeconds')
param playerTokenLifetimeSeconds int

@description('StreamChecker__AllowedOrigins; empty for none.')
param allowedOrigins string

@description('StreamChecker__PublicUrl; empty for the app\'s own URL.')
param publicUrl string

@description('The key vault with the keys of playback tokens; empty without playback tokens.')
param playbackKeysVaultName string

@description('The secret in it.')
param playbackKeysSecretName string

@description('StreamChecker__PlaybackIssuer; empty for none.')
param playbackIssuer string

@description('StreamChecker__Cosmos__AccountEndpoint')
param cosmosEndpoint string

@description('StreamChecker__Cosmos__DatabaseName')
param cosmosDatabaseName string

@description('StreamChecker__Cosmos__ContainerName')
param cosmosContainerName string

// The sampler needs a ratio: 1 for 100 %, 0.05 for 5 %.
var telemetrySamplingRatio = telemetrySamplingPercent == 100
  ? '1'
  : '0.${padLeft(string(telemetrySamplingPercent), 2, '0')}'

var playerSettings = empty(playerKeysVaultName)
  ? []
  : concat(
      [
        {
          name: 'StreamChecker__PlayerKeys'
          value: '@Microsoft.KeyVault(VaultName=${playerKeysVaultName};SecretName=${playerKeysSecretName})'
        }
        { name: 'StreamChecker__PlayerTokenLifetimeSeconds', value: string(playerTokenLifetimeSeconds) }
        // Behind the host, the app does not see the URL that a client called.
        { name: 'StreamChecker__PublicUrl', value: empty(publicUrl) ? 'https://${name}.azurewebsites.net' : publicUrl }
      ],
      empty(allowedOrigins) ? [] : [{ name: 'StreamChecker__AllowedOrigins', value: allowedOrigins }]
    )

var playbackSettings = empty(playbackKeysVaultName)
  ? []
  : concat(
      [
        {
          name: 'StreamChecker__PlaybackKeys'
          value: '@Microsoft.KeyVault(VaultName=${playbackKeysVaultName};SecretName=${playbackKeysSecretName})'
        }
      ],
      empty(playbackIssuer) ? [] : [{ name: 'StreamChecker__PlaybackIssuer', value: playbackIssuer }]
    )

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageAccountName
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    virtualNetworkSubnetId: subnetId
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyInstances }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      appSettings: concat(playerSettings, playbackSettings, [
        { name: 'StreamChecker__MaxConcurrentStreams', value: string(maxConcurrentStreams) }
        { name: 'StreamChecker__Plans', value: plans }
        { name: 'StreamChecker__ObserveOnly', value: string(observeOnly) }
        { name: 'StreamChecker__LeaseSeconds', value: string(leaseSeconds) }
        { name: 'StreamChecker__HeartbeatIntervalSeconds', value: string(heartbeatIntervalSeconds) }
        { name: 'StreamChecker__RelaxedHeartbeatIntervalSeconds', value: string(relaxedHeartbeatIntervalSeconds) }
        { name: 'StreamChecker__RelaxedLeaseSeconds', value: string(relaxedLeaseSeconds) }
        { name: 'StreamChecker__DeadlineSeconds', value: string(deadlineSeconds) }
        { name: 'StreamChecker__Console', value: string(consoleEnabled) }
        { name: 'StreamChecker__Demo', value: string(demoEnabled) }
        { name: 'StreamChecker__Cosmos__AccountEndpoint', value: cosmosEndpoint }
        { name: 'StreamChecker__Cosmos__DatabaseName', value: cosmosDatabaseName }
        { name: 'StreamChecker__Cosmos__ContainerName', value: cosmosContainerName }
        { name: 'StreamChecker__Cosmos__ManagedIdentityClientId', value: identity.properties.clientId }
        { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
        { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
        // Not __blobServiceUri, which is for sovereign clouds and custom domains and takes precedence where both are set:
        // with it a cold instance can return 401 for valid keys. https://github.com/Azure/azure-functions-host/issues/11787
        { name: 'AzureWebJobsStorage__accountName', value: storage.name }
        // The page at / needs no key, and discloses the platform.
        { name: 'AzureWebJobsDisableHomepage', value: 'true' }
        // Not a secret: ingestion needs the identity below.
        { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: applicationInsights.properties.ConnectionString }
        {
          name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
          value: 'ClientId=${identity.properties.clientId};Authorization=AAD'
        }
        { name: 'OTEL_TRACES_SAMPLER', value: 'microsoft.fixed_percentage' }
        { name: 'OTEL_TRACES_SAMPLER_ARG', value: telemetrySamplingRatio }
      ])
    }
  }
}

resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

@description('The name of the function app.')
output name string = app.name

@description('The URL of the app.')
output url string = 'https://${app.properties.defaultHostName}'
