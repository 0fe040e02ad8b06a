"""azure-identity as a partner's program uses it: `managed.py <credential> <resource>` prints a token."""

import sys

import azure.identity

_, credential, resource = sys.argv
print(getattr(azure.identity, credential)().get_token(f"{resource}/.default").token)
