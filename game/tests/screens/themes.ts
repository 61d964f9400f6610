/** As Telegram for Android and for iOS give them. */
export const TELEGRAM = {
  light: {
    "bg-color": "#ffffff",
    "text-color": "#000000",
    "hint-color": "#999999",
    "link-color": "#2481cc",
    "button-color": "#50a8eb",
    "button-text-color": "#ffffff",
    "secondary-bg-color": "#f0f0f0",
    "accent-text-color": "#1c93e3",
  },
  dark: {
    "bg-color": "#17212b",
    "text-color": "#f5f5f5",
    "hint-color": "#708499",
    "link-color": "#6ab3f3",
    "button-color": "#5288c1",
    "button-text-color": "#ffffff",
    "secondary-bg-color": "#232e3c",
    "accent-text-color": "#6ab2f2",
  },
};
