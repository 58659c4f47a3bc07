metadata description = 'The workbook: starts by outcome, heartbeats, latency and what the database costs and rejects.'

@description('The region.')
param location string

@description('Tags.')
param tags { *: string }

@description('The suffix of the name.')
param token string

@description('The Application Insights component that its queries read.')
param applicationInsightsName string

@description('The Cosmos DB account whose metrics it shows.')
param cosmosAccountName string

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource cosmosAccount 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' existing = {
  name: cosmosAccountName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook's name is a GUID; the title is its display name.
  name: guid('stream-checker-workbook', token)
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Stream Checker'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: applicationInsights.id
    serializedData: replace(
      replace(loadTextContent('../workbook.json'), 'APPLICATION_INSIGHTS_ID', applicationInsights.id),
      'COSMOS_ACCOUNT_ID',
      cosmosAccount.id
    )
  }
}
