"""The same redemption with Microsoft's Python libraries: credential, vault, token for Partner Center."""

import json
import os
import sys

import msal
from azure.identity import ClientSecretCredential
from azure.keyvault.secrets import SecretClient

endpoints = json.load(open(os.environ["SECURE_APP_MODEL_ENDPOINTS"]))
authority = endpoints["authority"]
credential = ClientSecretCredential(
    os.environ["ARM_TENANT_ID"],
    os.environ["ARM_CLIENT_ID"],
    os.environ["ARM_CLIENT_SECRET"],
    authority=authority,
    disable_instance_discovery=True,
)
vault = SecretClient(os.environ["SECURE_APP_MODEL_VAULT"], credential, verify_challenge_resource=False)
names = [found.name for found in vault.list_properties_of_secrets() if found.name.startswith("refresh-token-")]
stored = vault.get_secret(names[0])
tags = stored.properties.tags
secret = vault.get_secret(tags["credential"])
application = msal.ConfidentialClientApplication(
    tags["application"],
    client_credential=secret.value,
    authority=f"{authority}/{tags['tenant']}",
    instance_discovery=False,
)
result = application.acquire_token_by_refresh_token(stored.value, [f"{endpoints['partnerCenter']}/.default"])
if "access_token" not in result:
    sys.exit(result.get("error_description", "no token"))
print(result["access_token"])
