// azidentity as a partner's program uses it: `managed <credential> <resource>` prints a token.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func main() {
	token, err := tokenOf(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(token)
}

func tokenOf(name, resource string) (string, error) {
	credential, err := credentialOf(name)
	if err != nil {
		return "", err
	}
	scopes := []string{resource + "/.default"}
	token, err := credential.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: scopes})
	return token.Token, err
}

func credentialOf(name string) (azcore.TokenCredential, error) {
	if name == "DefaultAzureCredential" {
		return azidentity.NewDefaultAzureCredential(nil)
	}
	return azidentity.NewManagedIdentityCredential(nil)
}
