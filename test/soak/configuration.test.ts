/** A configuration that works, and one more that does not; the gate has the rest. */
import "../e2e/configuration.test";
