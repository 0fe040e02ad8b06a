// Unpacks Chromium into TMPDIR: the package has no other place.
import chromium from "@sparticuz/chromium";

await chromium.executablePath();
