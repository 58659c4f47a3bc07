metadata description = 'The alerts. What each means and what to do: docs/operations.md, "Alerts".'

@description('The region of the log alert rules.')
param location string

@description('Tags.')
param tags { *: string }

@description('The suffix of the names.')
param token string

@description('The address for alert mails; empty for none.')
param email string

@description('The Application Insights component.')
param applicationInsightsName string

@description('The Cosmos DB account.')
param cosmosAccountName string

@description('Alert above this share of 5xx, in percent.')
param serverErrorSharePercent int

@description('Alert above this 95th percentile, in milliseconds.')
param p95LatencyMilliseconds int

@description('Alert above this share of 401 and 403, in percent.')
param unauthorizedSharePercent int

@description('Alert above this many 429 in 5 minutes.')
param throttledRequests int

@description('Alert above this share of a physical partition\'s throughput, in percent.')
param normalizedRuPercent int

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource cosmosAccount 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' existing = {
  name: cosmosAccountName
}

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'StreamCheck'
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

var logActions = empty(email) ? {} : { actionGroups: [mail.id] }
var metricActions = empty(email) ? [] : [{ actionGroupId: mail.id }]

// A share or a percentile of few requests is not significant: fewer than this in the window raise no alert.
var fewestRequests = 50

// A share of requests with certain status codes, over 15 minutes.
var shares = [
  {
    name: 'alert-server-errors'
    title: '5xx'
    condition: 'toint(resultCode) between (500 .. 599)'
    threshold: serverErrorSharePercent
  }
  // A start at the limit also returns 403. Most requests are heartbeats, so these responses alone are a small share.
  {
    name: 'alert-unauthorized'
    title: '401 and 403'
    condition: 'toint(resultCode) in (401, 403)'
    threshold: unauthorizedSharePercent
  }
]

resource shareOfRequests 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for share in shares: {
    name: '${share.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Stream Checker: share of ${share.title}'
      description: 'More than ${share.threshold} % of requests in 15 minutes returned ${share.title}. docs/operations.md, "Alerts".'
      severity: 1
      enabled: true
      autoMitigate: true
      // The tables of the query exist only after the first telemetry has arrived.
      skipQueryValidation: true
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      scopes: [
        applicationInsights.id
      ]
      criteria: {
        allOf: [
          {
            query: $'''
requests
| summarize total = sum(itemCount), counted = sumif(itemCount, ${share.condition})
| where total >= ${fewestRequests}
| project share = 100.0 * counted / total
'''
            metricMeasureColumn: 'share'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: share.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: logActions
    }
  }
]

resource slowRequests 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-slow-requests-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Stream Checker: p95 latency'
    description: 'The 95th percentile of a request\'s duration was above ${p95LatencyMilliseconds} ms in two of three periods of 5 minutes. docs/operations.md, "Alerts".'
    severity: 2
    enabled: true
    autoMitigate: true
    skipQueryValidation: true
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    scopes: [
      applicationInsights.id
    ]
    criteria: {
      allOf: [
        {
          query: $'''
requests
| summarize total = sum(itemCount), p95 = percentilew(duration, itemCount, 95) by timestamp = bin(timestamp, 5m)
| where total >= ${fewestRequests}
| project timestamp, p95
'''
          metricMeasureColumn: 'p95'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: p95LatencyMilliseconds
          // Two of three, since one cold start is not an incident. With more than one period the query must project timestamp.
          failingPeriods: {
            numberOfEvaluationPeriods: 3
            minFailingPeriodsToAlert: 2
          }
        }
      ]
    }
    actions: logActions
  }
}

resource throttled 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'alert-throttled-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Cosmos DB rejected more than ${throttledRequests} requests with 429 in 5 minutes. docs/operations.md, "Alerts".'
    severity: 2
    enabled: true
    autoMitigate: true
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    scopes: [
      cosmosAccount.id
    ]
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.DocumentDB/databaseAccounts'
          metricName: 'TotalRequests'
          timeAggregation: 'Count'
          dimensions: [
            {
              name: 'StatusCode'
              operator: 'Include'
              values: [
                '429'
              ]
            }
          ]
          operator: 'GreaterThan'
          threshold: throttledRequests
        }
      ]
    }
    actions: metricActions
  }
}

resource busyPartition 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'alert-busy-partition-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The busiest physical partition used more than ${normalizedRuPercent} % of its throughput over 15 minutes. docs/operations.md, "Alerts".'
    severity: 3
    enabled: true
    autoMitigate: true
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    scopes: [
      cosmosAccount.id
    ]
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'busy-partition'
          metricNamespace: 'Microsoft.DocumentDB/databaseAccounts'
          metricName: 'NormalizedRUConsumption'
          // By physical partition, since an average would hide a hot one.
          dimensions: [
            {
              name: 'PartitionKeyRangeId'
              operator: 'Include'
              values: [
                '*'
              ]
            }
          ]
          timeAggregation: 'Average'
          operator: 'GreaterThan'
          threshold: normalizedRuPercent
        }
      ]
    }
    actions: metricActions
  }
}
