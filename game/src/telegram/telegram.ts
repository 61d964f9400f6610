import { type Signal, signal } from "@preact/signals";
import {
  backButton,
  closingBehavior,
  hapticFeedback,
  init,
  invoice,
  miniApp,
  retrieveRawInitData,
  shareURL,
  swipeBehavior,
  themeParams,
  viewport,
} from "@tma.js/sdk";
import type { Haptic, Surroundings } from "./surroundings";

/** Null when this is not Telegram. */
export function telegram(): Surroundings | null {
  const initData = rawInitData();
  if (initData === null) return null;
  init();
  // Older Telegrams lack some of these, and the game is played without them.
  viewport.expand.ifAvailable();
  swipeBehavior.mount.ifAvailable();
  swipeBehavior.disableVertical.ifAvailable();
  closingBehavior.mount.ifAvailable();
  backButton.mount.ifAvailable();
  return {
    initData,
    user: userIn(initData),
    theme: theme(),
    stars: invoice.isSupported(),
    ready: () => void miniApp.ready.ifAvailable(),
    back: backPresses(),
    confirmClosing: (yes) => {
      if (yes) closingBehavior.enableConfirmation.ifAvailable();
      else closingBehavior.disableConfirmation.ifAvailable();
    },
    haptic,
    pay,
    share: async (link, text) => void shareURL.ifAvailable(link, text),
  };
}

/** Throws where there are no launch parameters at all; some launches have no init data. */
function rawInitData(): string | null {
  try {
    return retrieveRawInitData() || null;
  } catch {
    return null;
  }
}

/** Who the init data names. Whether it is true is the server's to say. */
export function userIn(initData: string): string {
  try {
    const user: { id?: unknown } = JSON.parse(new URLSearchParams(initData).get("user") ?? "{}");
    return String(user.id ?? "unknown");
  } catch {
    return "unknown";
  }
}

/** Binds Telegram's colours to `--tg-theme-…`, and follows them. */
function theme(): Signal<"light" | "dark"> {
  themeParams.mount.ifAvailable();
  themeParams.bindCssVars.ifAvailable();
  miniApp.mount.ifAvailable();
  const is = signal<"light" | "dark">("light");
  const read = () => {
    is.value = themeParams.isDark() ? "dark" : "light";
  };
  read();
  themeParams.isDark.sub(read);
  return is;
}

function backPresses(): Surroundings["back"] {
  let pressed: (() => void) | null = null;
  backButton.onClick.ifAvailable(() => pressed?.());
  return (does) => {
    pressed = does;
    if (does === null) backButton.hide.ifAvailable();
    else backButton.show.ifAvailable();
  };
}

function haptic(what: Haptic): void {
  switch (what) {
    case "score":
      hapticFeedback.impactOccurred.ifAvailable("light");
      break;
    case "hit":
      hapticFeedback.impactOccurred.ifAvailable("heavy");
      break;
    case "good":
      hapticFeedback.notificationOccurred.ifAvailable("success");
      break;
    case "bad":
      hapticFeedback.notificationOccurred.ifAvailable("error");
      break;
  }
}

async function pay(link: string): Promise<"paid" | "cancelled" | "failed" | "pending"> {
  const status = await invoice.openUrl(link);
  return status === "paid" || status === "cancelled" || status === "pending" ? status : "failed";
}
