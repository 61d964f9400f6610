import { emitEvent, mockTelegramEnv } from "@tma.js/sdk";
import { say } from "./dialog";
import * as words from "./words";

type Theme = "light" | "dark";

/** A Telegram that is made up around the page, and answers what the game asks of it. */
export function madeUpTelegram(initData: string): void {
  const theme = themeOf();
  mockTelegramEnv({
    launchParams: {
      tgWebAppData: initData,
      tgWebAppVersion: "8.0",
      tgWebAppPlatform: "tdesktop",
      tgWebAppThemeParams: COLOURS[theme.now()],
    },
    onEvent: (event, next) => {
      const { name, params } = event as { name: string; params: { slug?: string; path_full?: string } | undefined };
      switch (name) {
        case "web_app_request_theme":
          return emitEvent("theme_changed", { theme_params: COLOURS[theme.now()] });
        case "web_app_request_viewport":
          return emitEvent("viewport_changed", viewport());
        case "web_app_open_invoice":
          void say(words.NO_STARS);
          return emitEvent("invoice_closed", { slug: params?.slug ?? "", status: "cancelled" });
        case "web_app_open_tg_link":
          void say(words.SHARED);
          return;
        default:
          next();
      }
    },
  });
  theme.changed((now) => emitEvent("theme_changed", { theme_params: COLOURS[now] }));
}

/** `?theme=dark`, or as the browser has it. */
function themeOf(): { now(): Theme; changed(listener: (theme: Theme) => void): void } {
  const asked = new URL(location.href).searchParams.get("theme");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const now = (): Theme => {
    if (asked === "light" || asked === "dark") return asked;
    return dark.matches ? "dark" : "light";
  };
  return { now, changed: (listener) => dark.addEventListener("change", () => listener(now())) };
}

function viewport() {
  return { width: innerWidth, height: innerHeight, is_expanded: true, is_state_stable: true };
}

/** Telegram's own two themes. */
const COLOURS: Record<Theme, Record<string, `#${string}`>> = {
  light: {
    bg_color: "#ffffff",
    text_color: "#000000",
    hint_color: "#707579",
    link_color: "#2481cc",
    button_color: "#2481cc",
    button_text_color: "#ffffff",
    secondary_bg_color: "#f4f4f5",
    header_bg_color: "#ffffff",
    accent_text_color: "#2481cc",
    section_bg_color: "#ffffff",
    section_header_text_color: "#2481cc",
    subtitle_text_color: "#707579",
    destructive_text_color: "#d14e4e",
  },
  dark: {
    bg_color: "#212121",
    text_color: "#ffffff",
    hint_color: "#aaaaaa",
    link_color: "#8774e1",
    button_color: "#8774e1",
    button_text_color: "#ffffff",
    secondary_bg_color: "#0f0f0f",
    header_bg_color: "#212121",
    accent_text_color: "#8774e1",
    section_bg_color: "#212121",
    section_header_text_color: "#8774e1",
    subtitle_text_color: "#aaaaaa",
    destructive_text_color: "#ff595a",
  },
};
