import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.AuthorizationCodeCredentialBuilder;
import com.azure.identity.ClientCertificateCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;
import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import com.microsoft.aad.msal4j.AuthorizationCodeParameters;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Signs in to the embedded cloud with Microsoft's clients for Java; a line for each flow that passed. */
class Client {
  static Map<String, Object> given;

  static String text(String name) {
    return (String) given.get(name);
  }

  static void passed(String name, String flow, String token) {
    if (token.isEmpty()) throw new IllegalStateException("no token");
    System.out.println(name + ": " + flow);
  }

  static String tokenOf(TokenCredential credential, String resource) {
    return credential.getTokenSync(new TokenRequestContext().addScopes(resource + "/.default")).getToken();
  }

  public static void main(String[] arguments) throws Exception {
    try (JsonReader reader = JsonProviders.createReader(Files.readString(Path.of(arguments[0])))) {
      given = reader.readMap(JsonReader::readUntyped);
    }
    String graph = text("graph");

    // The embedded cloud is in no list of Microsoft's authorities.
    TokenCredential secret =
        new ClientSecretCredentialBuilder()
            .authorityHost(text("authority"))
            .disableInstanceDiscovery()
            .tenantId(text("tenantId"))
            .clientId(text("clientId"))
            .clientSecret(text("clientSecret"))
            .build();
    passed("azure-identity", "secret", tokenOf(secret, graph));

    TokenCredential certificate =
        new ClientCertificateCredentialBuilder()
            .authorityHost(text("authority"))
            .disableInstanceDiscovery()
            .tenantId(text("tenantId"))
            .clientId(text("clientId"))
            .pemCertificate(new ByteArrayInputStream(text("pem").getBytes()))
            .build();
    passed("azure-identity", "certificate", tokenOf(certificate, graph));

    TokenCredential federated =
        new WorkloadIdentityCredentialBuilder()
            .authorityHost(text("authority"))
            .disableInstanceDiscovery()
            .tenantId(text("tenantId"))
            .clientId(text("clientId"))
            .tokenFilePath(text("tokenFile"))
            .build();
    passed("azure-identity", "federation", tokenOf(federated, graph));

    List<?> codes = (List<?>) given.get("codes");
    Map<?, ?> first = (Map<?, ?>) codes.get(0);
    TokenCredential code =
        new AuthorizationCodeCredentialBuilder()
            .authorityHost(text("authority"))
            .disableInstanceDiscovery()
            .tenantId(text("tenantId"))
            .clientId((String) first.get("clientId"))
            .clientSecret((String) first.get("clientSecret"))
            .authorizationCode((String) first.get("code"))
            .redirectUrl((String) first.get("redirectUri"))
            .build();
    passed("azure-identity", "authorization code", tokenOf(code, text("partnerCenter")));
    Map<?, ?> second = (Map<?, ?>) codes.get(1);
    ConfidentialClientApplication msal =
        ConfidentialClientApplication.builder(
                (String) second.get("clientId"),
                ClientCredentialFactory.createFromSecret((String) second.get("clientSecret")))
            .authority(text("authority") + "/" + text("tenantId") + "/")
            .instanceDiscovery(false)
            .build();
    AuthorizationCodeParameters parameters =
        AuthorizationCodeParameters.builder(
                (String) second.get("code"), URI.create((String) second.get("redirectUri")))
            .scopes(Set.of(text("partnerCenter") + "/.default"))
            .build();
    passed("msal4j", "authorization code", msal.acquireToken(parameters).get().accessToken());
    // Threads of the clients outlive their work.
    System.exit(0);
  }
}
