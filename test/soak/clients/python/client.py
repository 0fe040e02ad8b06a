"""Signs in to the embedded cloud with Microsoft's clients for Python; a line for each flow that passed."""

import hashlib
import json
import sys

from azure.identity import (
    AuthorizationCodeCredential,
    CertificateCredential,
    ClientSecretCredential,
    WorkloadIdentityCredential,
)
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from msal import ConfidentialClientApplication

with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)
graph = given["graph"] + "/.default"
client = {"tenant_id": given["tenantId"], "client_id": given["clientId"]}
# The embedded cloud is in no list of Microsoft's authorities.
cloud = {"authority": given["authority"], "disable_instance_discovery": True}


def passed(name, flow, token):
    assert token
    print(f"{name}: {flow}", flush=True)


def msal(client_id, credential):
    return ConfidentialClientApplication(
        client_id,
        credential,
        authority=given["authority"] + "/" + given["tenantId"],
        instance_discovery=False,
    )


secret = ClientSecretCredential(client_secret=given["clientSecret"], **client, **cloud)
passed("azure-identity", "secret", secret.get_token(graph).token)

pem = given["pem"].encode()
certificate = CertificateCredential(certificate_data=pem, **client, **cloud)
passed("azure-identity", "certificate", certificate.get_token(graph).token)
private_key = serialization.load_pem_private_key(pem, None).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
content = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
for name, named in (("SHA-256", {}), ("SHA-1", {"thumbprint": hashlib.sha1(content).hexdigest()})):
    credential = {"private_key": private_key.decode(), "public_certificate": pem.decode(), **named}
    answer = msal(given["clientId"], credential).acquire_token_for_client([graph])
    passed("msal", f"certificate, {name}", answer["access_token"])

federated = WorkloadIdentityCredential(token_file_path=given["tokenFile"], **client, **cloud)
passed("azure-identity", "federation", federated.get_token(graph).token)

by_identity, by_msal = given["codes"]
code = AuthorizationCodeCredential(
    given["tenantId"],
    by_identity["clientId"],
    by_identity["code"],
    by_identity["redirectUri"],
    client_secret=by_identity["clientSecret"],
    **cloud,
)
passed("azure-identity", "authorization code", code.get_token(given["partnerCenter"] + "/.default").token)
answer = msal(by_msal["clientId"], by_msal["clientSecret"]).acquire_token_by_authorization_code(
    by_msal["code"], [given["partnerCenter"] + "/.default"], redirect_uri=by_msal["redirectUri"]
)
passed("msal", "authorization code", answer["access_token"])
