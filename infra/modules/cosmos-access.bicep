metadata description = 'What the app may do in the database: run stored procedures in one container, and nothing else.'

@description('The name of the Cosmos DB account.')
param accountName string

@description('The name of the database.')
param databaseName string

@description('The name of the container.')
param containerName string

@description('The app\'s identity.')
param identityName string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' existing = {
  name: accountName
}

resource role 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions@2025-04-15' = {
  parent: account
  name: guid(account.id, 'stream-checker-procedure-runner')
  properties: {
    roleName: 'Stream Checker procedure runner'
    type: 'CustomRole'
    assignableScopes: [
      account.id
    ]
    permissions: [
      {
        dataActions: [
          // The SDK reads the account, the container and its partitions before its first call.
          'Microsoft.DocumentDB/databaseAccounts/readMetadata'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/executeStoredProcedure'
        ]
      }
    ]
  }
}

resource assignment 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-04-15' = {
  parent: account
  name: guid(account.id, identity.id, role.id, databaseName, containerName)
  properties: {
    roleDefinitionId: role.id
    principalId: identity.properties.principalId
    scope: '${account.id}/dbs/${databaseName}/colls/${containerName}'
  }
}
