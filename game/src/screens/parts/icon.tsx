import "./icon.css";

/** Drawn on a square of 24, with round strokes of 2. */
const PATHS = {
  game: "M4 13c2-5 6-7 10-6 3 .7 5 3 6 5l-3 1c-1 4-5 6-9 5-3-.8-4-2.6-4-5Z M4 13c3-2 6-1 8 2 M16 10.5h.01",
  leaderboard:
    "M9 21V8.5a1 1 0 0 1 1-1h4a1 1 0 0 1 1 1V21 M3 21v-7a1 1 0 0 1 1-1h5 M15 16h5a1 1 0 0 1 1 1v4 M2 21h20 M12 2v2.5",
  shop: "M5 8h14l1 11.5a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 19.5Z M8.5 11V6.5a3.5 3.5 0 0 1 7 0V11",
  wallet:
    "M18 8V5.5A1.5 1.5 0 0 0 16.5 4H5.5A2.5 2.5 0 0 0 3 6.5v11A2.5 2.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5v-9A1.5 1.5 0 0 0 18.5 8H5.5 M16 14h.01",
  "sound-on": "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z M15.5 9a4 4 0 0 1 0 6 M18 6.5a7.5 7.5 0 0 1 0 11",
  "sound-off": "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z M16 9.5l5 5 M21 9.5l-5 5",
  share: "M12 14.5V4 M8 7.5 12 3.5l4 4 M5 12.5v6A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.5v-6",
  copy: "M9 9.5A1.5 1.5 0 0 1 10.5 8h8A1.5 1.5 0 0 1 20 9.5v9a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 9 18.5Z M5.5 15.5A1.5 1.5 0 0 1 4 14V5.5A1.5 1.5 0 0 1 5.5 4H14",
  check: "m5 12.5 4.5 4.5L19 7.5",
  close: "m6 6 12 12 M18 6 6 18",
  clock: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z M12 7.5V12l3 2",
  coming: "M21 3.5 3 10.5l7 3.5 3.5 7Z M10 14l5-5",
  alert: "M12 4 2.8 19.5h18.4Z M12 10v4 M12 16.8h.01",
  offline:
    "M3 3.5 20.5 21 M8.5 16a5 5 0 0 1 7 0 M5 12.5a10 10 0 0 1 4.5-2.6 M14.5 10a10 10 0 0 1 4.5 2.5 M2 9a15 15 0 0 1 4-2.7 M10.5 5.1A15 15 0 0 1 22 9 M12 19.5h.01",
  again: "M20 12a8 8 0 1 1-2.4-5.7L20 8.5 M20 4v4.5h-4.5",
  menu: "M4 11 12 4.5 20 11v8a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1Z",
};

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
