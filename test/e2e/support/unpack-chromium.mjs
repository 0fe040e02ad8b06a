// Unpacks Chromium into TMPDIR: the package knows no other place.
import chromium from "@sparticuz/chromium";

await chromium.executablePath();
