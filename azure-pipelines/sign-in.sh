# For a step of AzureCLI@2 with addSpnToEnvironment, which says who the service connection is and has a token of it: each program gets the
# variables that it signs in with (docs/architecture.md, "How each program signs in"). The command asks for its tokens itself, and writes one into
# the file before each run of the engine.
# shellcheck shell=bash
export ARM_USE_OIDC=true
export ARM_CLIENT_ID="$servicePrincipalId" AZURE_CLIENT_ID="$servicePrincipalId"
export ARM_TENANT_ID="$tenantId" AZURE_TENANT_ID="$tenantId"
ARM_SUBSCRIPTION_ID=$(az account show --query id --output tsv)
export ARM_SUBSCRIPTION_ID
export ARM_OIDC_TOKEN_FILE_PATH="$AGENT_TEMPDIRECTORY/oidc-token" AZURE_FEDERATED_TOKEN_FILE="$AGENT_TEMPDIRECTORY/oidc-token"
export ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID="$AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"
unset idToken
