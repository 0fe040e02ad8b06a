import type { Chapter } from "./chapter";
import { consent } from "./chapters/consent";
import { overview } from "./chapters/overview";
import { token } from "./chapters/token";

/** In the order of the page. Sections run in this order too: what one changes, the next finds. */
export const chapters: readonly Chapter[] = [overview, token, consent];
