/** The package as users install it, and its program once more, up to the end of a stack; the gate has what comes before. */
import "../e2e/package.test";
