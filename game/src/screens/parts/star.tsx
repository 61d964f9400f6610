import "./coin.css";

/** For prices in Telegram Stars. */
export function Star() {
  return (
    <svg class="star" viewBox="0 0 24 24" aria-hidden="true">
      <path
        d="M12 2.5 14.9 8.7 21.5 9.5 16.6 14 17.9 20.7 12 17.4 6.1 20.7 7.4 14 2.5 9.5 9.1 8.7Z"
        fill="#ffc933"
        stroke="#a86400"
        stroke-width="1.5"
        stroke-linejoin="round"
      />
    </svg>
  );
}
