import sparticuz from "@sparticuz/chromium";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** WebGL without a graphics card, and no request that the page did not make. */
const FLAGS = [
  "--no-sandbox",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--mute-audio",
];

/** The browser that `SCRIP_CHROMIUM` names, or else the one that comes with the packages. */
export async function launch(): Promise<Browser> {
  const named = process.env.SCRIP_CHROMIUM;
  const executablePath = named ? named : await sparticuz.executablePath();
  try {
    return await chromium.launch({ executablePath, args: FLAGS, headless: true });
  } catch (cause) {
    const hint = "On Debian, `apt-get install chromium` brings what it needs; SCRIP_CHROMIUM names another browser.";
    throw new Error(`The browser ${executablePath} does not start. ${hint}`, { cause });
  }
}

export interface Phone {
  theme?: "light" | "dark";
  width?: number;
  height?: number;
  /** Pixels of the screen for one of the page. More than one is slow without a graphics card. */
  scale?: number;
}

/** A phone that nobody has used before. */
export async function phone(browser: Browser, { theme = "light", width = 390, height = 844, scale = 1 }: Phone = {}) {
  return browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    hasTouch: true,
    isMobile: true,
    colorScheme: theme,
  });
}

/** What went wrong in a page, and what it asked of other machines. */
export interface Watched {
  troubles: string[];
  strangers: string[];
}

export function watch(context: BrowserContext, page: Page, own: string): Watched {
  const watched: Watched = { troubles: [], strangers: [] };
  page.on("pageerror", (error) => watched.troubles.push(String(error)));
  page.on("console", (message) => {
    // What the network does is told to the player, and is the browser's to log.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      watched.troubles.push(message.text());
    }
  });
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(own) && !url.startsWith("data:") && !url.startsWith("blob:")) {
      watched.strangers.push(url);
    }
  });
  return watched;
}
