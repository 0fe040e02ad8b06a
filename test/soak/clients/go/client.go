// Signs in to the embedded cloud with Microsoft's clients for Go, and with HashiCorp's; a line for each flow that passed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	"github.com/hashicorp/go-azure-sdk/sdk/auth"
	"github.com/hashicorp/go-azure-sdk/sdk/environments"
	"software.sslmate.com/src/go-pkcs12"
)

type code struct{ ClientId, ClientSecret, RedirectUri, Code string }

var given struct {
	Authority, TenantId, ClientId, ClientSecret, Pem, Graph, PartnerCenter, TokenFile string
	Codes                                                                            []code
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func passed(name, flow, token string) {
	if token == "" {
		panic("no token")
	}
	fmt.Printf("%s: %s\n", name, flow)
}

func main() {
	if err := json.Unmarshal(must(os.ReadFile(os.Args[1])), &given); err != nil {
		panic(err)
	}
	ctx := context.Background()
	options := azcore.ClientOptions{Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: given.Authority}}
	scopes := []string{given.Graph + "/.default"}
	tokenOf := func(credential azcore.TokenCredential) string {
		return must(credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: scopes})).Token
	}

	// The embedded cloud is in no list of Microsoft's authorities.
	secret := must(azidentity.NewClientSecretCredential(given.TenantId, given.ClientId, given.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true}))
	passed("azidentity", "secret", tokenOf(secret))

	chain, key, err := azidentity.ParseCertificates([]byte(given.Pem), nil)
	if err != nil {
		panic(err)
	}
	certificate := must(azidentity.NewClientCertificateCredential(given.TenantId, given.ClientId, chain, key,
		&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true}))
	passed("azidentity", "certificate", tokenOf(certificate))

	federated := must(azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: options, DisableInstanceDiscovery: true,
		TenantID: given.TenantId, ClientID: given.ClientId, TokenFilePath: given.TokenFile}))
	passed("azidentity", "federation", tokenOf(federated))

	byCode := given.Codes[0]
	credential := must(confidential.NewCredFromSecret(byCode.ClientSecret))
	client := must(confidential.New(given.Authority+"/"+given.TenantId, byCode.ClientId, credential,
		confidential.WithInstanceDiscovery(false)))
	answer := must(client.AcquireTokenByAuthCode(ctx, byCode.Code, byCode.RedirectUri,
		[]string{given.PartnerCenter + "/.default"}))
	passed("MSAL", "authorization code", answer.AccessToken)

	environment := environments.Environment{
		Name:          "embedded",
		Authorization: &environments.Authorization{LoginEndpoint: given.Authority, Tenant: "common"},
	}
	api := environments.MicrosoftGraphAPI(given.Graph)
	bySecret := must(auth.NewClientSecretAuthorizer(ctx, auth.ClientSecretAuthorizerOptions{
		Environment: environment, Api: api,
		TenantId: given.TenantId, ClientId: given.ClientId, ClientSecret: given.ClientSecret}))
	passed("go-azure-sdk", "secret", must(bySecret.Token(ctx, &http.Request{})).AccessToken)
	archive := must(pkcs12.Modern.Encode(key, chain[0], nil, "x"))
	byCertificate := must(auth.NewClientCertificateAuthorizer(ctx, auth.ClientCertificateAuthorizerOptions{
		Environment: environment, Api: api,
		TenantId: given.TenantId, ClientId: given.ClientId, Pkcs12Data: archive, Pkcs12Pass: "x"}))
	passed("go-azure-sdk", "certificate", must(byCertificate.Token(ctx, &http.Request{})).AccessToken)
	byToken := must(auth.NewOIDCAuthorizer(ctx, auth.OIDCAuthorizerOptions{
		Environment: environment, Api: api, TenantId: given.TenantId, ClientId: given.ClientId,
		FederatedAssertion: string(must(os.ReadFile(given.TokenFile)))}))
	passed("go-azure-sdk", "federation", must(byToken.Token(ctx, &http.Request{})).AccessToken)
}
