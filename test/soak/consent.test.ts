/** A deployment where nobody can sign in, again and again; the gate has it once. */
import "../e2e/consent.test";
