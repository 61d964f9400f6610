/** Whether the player has asked the system for less motion; asked each time, because it can be changed while the game is open. */
export function lessMotion(): () => boolean {
  const asked = typeof matchMedia === "function" ? matchMedia("(prefers-reduced-motion: reduce)") : null;
  return () => asked?.matches ?? false;
}
