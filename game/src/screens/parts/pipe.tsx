import "./pipe.css";

/** A pair of pipes with the gap between them, in one colour. */
export function Pipe({ colour }: { colour: string }) {
  return (
    <svg
      class="pipe"
      viewBox="0 0 120 96"
      preserveAspectRatio="xMidYMid slice"
      style={{ color: colour }}
      aria-hidden="true"
    >
      <rect class="sky" width="120" height="96" />
      <path
        class="cloud"
        d="M8 30a7 7 0 0 1 2-13.7 10 10 0 0 1 18-1A8 8 0 0 1 30 30Z M88 58a6 6 0 0 1 1.5-11.7 8 8 0 0 1 15-.8A7 7 0 0 1 106 58Z"
      />
      <Half y={-8} height={30} lip={22} />
      <Half y={70} height={18} lip={62} />
      <rect class="soil" y="86" width="120" height="10" />
      <rect class="grass" y="84" width="120" height="4" />
    </svg>
  );
}

function Half({ y, height, lip }: { y: number; height: number; lip: number }) {
  return (
    <g>
      <rect class="body" x="43" y={y} width="34" height={height} />
      <rect class="light" x="48" y={y} width="6" height={height} />
      <rect class="shadow" x="69" y={y} width="8" height={height} />
      <path class="edge" d={`M43 ${y}v${height} M77 ${y}v${height}`} />
      <rect class="body lip" x="38" y={lip} width="44" height="12" rx="3" />
      <rect class="light" x="44" y={lip + 2.5} width="7" height="7" rx="2" />
    </g>
  );
}
