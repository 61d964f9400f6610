import "./badge.css";

/** Twelve scallops around a circle of 32. */
const EDGE = Array.from({ length: 12 }, (_, n) => {
  const at = (Math.PI * n) / 6;
  return { x: 32 + 23 * Math.cos(at), y: 30 + 23 * Math.sin(at) };
});

/** A medal for so many runs; pale while it is not earned. */
export function Badge({ plays, earned = true }: { plays: number; earned?: boolean }) {
  return (
    <svg class={earned ? "badge" : "badge locked"} viewBox="0 0 64 76" aria-hidden="true">
      <path class="ribbon" d="M18 44 12 74l11-5 6 7 6-26 Z M46 44l6 30-11-5-6 7-6-26Z" />
      {EDGE.map(({ x, y }) => (
        <circle key={`${x} ${y}`} class="scallop" cx={x} cy={y} r="7" />
      ))}
      <circle class="scallop" cx="32" cy="30" r="24" />
      <circle class="face" cx="32" cy="30" r="19" />
      <text x="32" y="31" class={plays > 999 ? "long" : ""}>
        {plays}
      </text>
    </svg>
  );
}
