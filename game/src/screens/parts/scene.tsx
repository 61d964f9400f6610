import "./scene.css";

/** Small drawings for screens that have nothing else to show. */
export function Scene({ kind }: { kind: "trouble" | "nest" | "purse" }) {
  return (
    <svg class="scene" viewBox="0 0 160 120" aria-hidden="true">
      <ellipse class="ground" cx="80" cy="108" rx="62" ry="7" />
      {kind === "trouble" && <Cloud />}
      {kind === "nest" && <Nest />}
      {kind === "purse" && <Purse />}
    </svg>
  );
}

function Cloud() {
  return (
    <>
      <path class="white" d="M44 74a19 19 0 0 1 3-37.5 27 27 0 0 1 51-6A22 22 0 1 1 116 74Z" />
      <path class="line" d="M64 52h.01 M94 52h.01 M70 62q9-6 18 0" />
      <path class="bolt" d="m82 76-12 17h10l-4 14 16-20H81l6-11Z" />
    </>
  );
}

function Nest() {
  return (
    <>
      <path class="white" d="M62 62c0-13 7-24 14-24s14 11 14 24-6 18-14 18-14-5-14-18Z" />
      <path class="shell" d="M84 66c0-11 6-20 12-20s12 9 12 20-5 15-12 15-12-4-12-15Z" />
      <path class="nest" d="M34 70q46 18 92 0c0 24-18 36-46 36S34 94 34 70Z" />
      <path
        class="twig"
        d="M38 82q40 18 84-2 M46 94q34 14 68-4 M28 66l14 10 M132 64l-14 12 M52 78l8 20 M104 78l-10 22"
      />
    </>
  );
}

function Purse() {
  return (
    <>
      <circle class="coin-edge" cx="58" cy="38" r="17" />
      <circle class="coin-face" cx="58" cy="38" r="12" />
      <circle class="coin-edge" cx="98" cy="30" r="17" />
      <circle class="coin-face" cx="98" cy="30" r="12" />
      <path class="nest" d="M30 62q0-10 10-10h80q10 0 10 10v32q0 12-12 12H42q-12 0-12-12Z" />
      <path class="twig" d="M38 62h84" stroke-dasharray="5 6" />
      <path class="flap" d="M130 72h-24a10 10 0 0 0 0 20h24Z" />
      <circle class="coin-face" cx="108" cy="82" r="4" />
    </>
  );
}
