using './main.bicep'

// Parameters that are not set here have the defaults of main.bicep. `azd env set NAME value` sets a variable.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param alertEmail = readEnvironmentVariable('STREAM_CHECKER_ALERT_EMAIL', '')
param cosmosCapacity = readEnvironmentVariable('STREAM_CHECKER_COSMOS_CAPACITY', 'serverless')
param playerKeysVaultName = readEnvironmentVariable('STREAM_CHECKER_PLAYER_KEYS_VAULT', '')
param allowedOrigins = readEnvironmentVariable('STREAM_CHECKER_ALLOWED_ORIGINS', '')
param publicUrl = readEnvironmentVariable('STREAM_CHECKER_PUBLIC_URL', '')
param playbackKeysVaultName = readEnvironmentVariable('STREAM_CHECKER_PLAYBACK_KEYS_VAULT', '')
param telemetrySamplingPercent = int(readEnvironmentVariable('STREAM_CHECKER_TELEMETRY_SAMPLING_PERCENT', '10'))
param vnetEnabled = bool(readEnvironmentVariable('STREAM_CHECKER_VNET_ENABLED', 'false'))
