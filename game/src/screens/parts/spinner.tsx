import "./spinner.css";

/** Turns; where motion is not wanted, three quarters of a ring that stand still. */
export function Spinner() {
  return (
    <svg class="spinner" viewBox="0 0 24 24" aria-hidden="true">
      <circle
        cx="12"
        cy="12"
        r="9"
        fill="none"
        stroke="currentColor"
        stroke-width="3"
        stroke-dasharray="42 57"
        stroke-linecap="round"
      />
    </svg>
  );
}
