import { GAME } from "../../words/screens";
import "./skeleton.css";

/** Pale shapes in the place of what is still to come. */
export function Line({ count = 1 }: { count?: number }) {
  return <Shapes shape="line" count={count} />;
}

export function Rows({ count }: { count: number }) {
  return <Shapes shape="row" count={count} />;
}

export function Cards({ count }: { count: number }) {
  return <Shapes shape="tile" count={count} />;
}

function Shapes({ shape, count }: { shape: string; count: number }) {
  return (
    <div class={`shapes ${shape}s`} role="status">
      <span class="unseen">{GAME.loading}</span>
      {Array.from({ length: count }, (_, n) => (
        <span key={n} class={`shape ${shape}`} />
      ))}
    </div>
  );
}
