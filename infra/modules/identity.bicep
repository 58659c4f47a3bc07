metadata description = 'The identity that the function app uses for everything it reaches.'

@description('The name of the identity.')
param name string

@description('The region.')
param location string

@description('Tags.')
param tags { *: string }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}
