/** What takes keys for itself: a flap must not happen while somebody presses a button or writes. */
const CONTROL = "a[href], button, input, select, textarea, summary, [contenteditable], [role], [tabindex]";
const KEYS = new Set([" ", "ArrowUp", "Enter"]);

/** Calls `flap` for taps on the picture and for keys that belong to nobody else. `wants`: whether a flap means something now. */
export function listen(picture: HTMLElement, wants: () => boolean, flap: () => void): () => void {
  const tapped = (event: PointerEvent) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    if (!wants()) return;
    event.preventDefault();
    flap();
  };
  const pressed = (event: KeyboardEvent) => {
    if (!KEYS.has(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!wants() || onControl(event.target, picture)) return;
    event.preventDefault();
    if (!event.repeat) flap();
  };
  picture.addEventListener("pointerdown", tapped);
  window.addEventListener("keydown", pressed);
  return () => {
    picture.removeEventListener("pointerdown", tapped);
    window.removeEventListener("keydown", pressed);
  };
}

function onControl(target: EventTarget | null, picture: HTMLElement): boolean {
  if (!(target instanceof Element) || target.contains(picture)) return false;
  return target !== picture && target.closest(CONTROL) !== null;
}
