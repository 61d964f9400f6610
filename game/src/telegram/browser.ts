import { signal } from "@preact/signals";
import type { Surroundings } from "./surroundings";

/** A browser without Telegram: the game can be tried, and nobody is known. */
export function browser(): Surroundings {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const theme = signal<"light" | "dark">(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => {
    theme.value = dark.matches ? "dark" : "light";
  });
  return {
    initData: null,
    user: "nobody",
    theme,
    stars: false,
    ready: () => undefined,
    back: () => undefined,
    confirmClosing: () => undefined,
    haptic: () => undefined,
    pay: async () => "failed",
    share,
  };
}

async function share(link: string, text: string): Promise<void> {
  // Whoever closes the window of a share does not share, and that is all.
  if (navigator.share) await navigator.share({ url: link, text }).catch(() => undefined);
  else await navigator.clipboard?.writeText(`${text} ${link}`).catch(() => undefined);
}
