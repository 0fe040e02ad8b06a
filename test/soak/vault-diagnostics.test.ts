/** The same in the government cloud. */
import "../e2e/vault-diagnostics.test";
