/** An adoption, with a look for drift afterwards and a refusal; the gate has the rest. */
import "../e2e/existing-application.test";
