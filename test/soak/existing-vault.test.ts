/** A vault that exists, and holds the application's own secret already; the gate has one that gets a new one. */
import "../e2e/existing-vault.test";
