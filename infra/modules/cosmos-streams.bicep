metadata description = 'The database, its one container, and the stored procedure that holds the rules.'

@description('The name of the Cosmos DB account.')
param accountName string

@description('The name of the database.')
param databaseName string

@description('The name of the container.')
param containerName string

@description('The maximum throughput of the container, in RU/s; null in a serverless account, which rejects any.')
param autoscaleMaxRu int?

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' existing = {
  name: accountName
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-04-15' = {
  parent: account
  name: databaseName
  properties: {
    resource: {
      id: databaseName
    }
  }
}

resource container 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-04-15' = {
  parent: database
  name: containerName
  properties: {
    options: autoscaleMaxRu == null ? {} : { autoscaleSettings: { maxThroughput: autoscaleMaxRu } }
    resource: {
      id: containerName
      partitionKey: {
        kind: 'Hash'
        version: 2
        paths: [
          '/userId'
        ]
      }
      // TTL is on; only documents with their own ttl expire.
      defaultTtl: -1
      // The procedure reads whole partitions and single documents only.
      indexingPolicy: {
        indexingMode: 'consistent'
        automatic: true
        includedPaths: [
          {
            path: '/userId/?'
          }
        ]
        excludedPaths: [
          {
            path: '/*'
          }
        ]
      }
    }
  }
}

// Named by the hash of its text: a change adds a procedure, and the instances that still run the old one find it: docs/operations.md,
// "A new version of the procedure".
var procedureId = trim(loadTextContent('../../StreamChecker/StoredProcedure/streams.id'))

resource procedure 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/storedProcedures@2025-04-15' = {
  parent: container
  name: procedureId
  properties: {
    resource: {
      id: procedureId
      body: loadTextContent('../../StreamChecker/StoredProcedure/streams.js')
    }
  }
}
