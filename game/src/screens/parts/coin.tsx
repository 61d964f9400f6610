import "./coin.css";

/** The token: a coin with a feather on it. */
export function Coin() {
  return (
    <svg class="coin" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="14.5" fill="#f6b321" stroke="#9a5b06" stroke-width="2" />
      <circle cx="16" cy="16" r="10.5" fill="#ffd35c" />
      <path
        d="M10.5 22.5C10 15 14.5 9.5 22 9c.5 6.5-2.5 11-8 11.5"
        fill="#fff6d8"
        stroke="#9a5b06"
        stroke-width="1.8"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
      <path d="M10.5 22.5 18 14" stroke="#9a5b06" stroke-width="1.8" stroke-linecap="round" />
    </svg>
  );
}
