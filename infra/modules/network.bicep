metadata description = 'The virtual network: a subnet that the app\'s instances join, and one for private endpoints.'

@description('The name of the virtual network.')
param name string

@description('The region.')
param location string

@description('Tags.')
param tags { *: string }

@description('The subnet of the app\'s instances.')
param appSubnetName string

@description('The subnet of the private endpoints.')
param endpointSubnetName string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [
        '10.0.0.0/16'
      ]
    }
    subnets: [
      {
        name: endpointSubnetName
        properties: {
          addressPrefix: '10.0.1.0/24'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
      {
        name: appSubnetName
        properties: {
          addressPrefix: '10.0.2.0/24'
          // Flex Consumption needs this delegation, unlike every other Functions plan.
          delegations: [
            {
              name: 'flex-consumption'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
    ]
  }
}
