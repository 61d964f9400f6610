import { useEffect, useState } from "preact/hooks";
import { shown } from "../amount";

const LASTS_MS = 900;

/** An amount that is counted up to. Only the picture counts: what is read out is the amount itself. */
export function CountUp({ to }: { to: string }) {
  const [at, setAt] = useState(still() ? 1 : 0);
  useEffect(() => {
    if (still()) return;
    const began = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const part = Math.min(1, Math.max(0, now - began) / LASTS_MS);
      setAt(part);
      if (part < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return <span aria-hidden="true">{at < 1 ? onTheWay(to, at) : shown(to)}</span>;
}

/** Fast at first, slow at the end; a number for the eye only, so that it may be one that rounds. */
function onTheWay(to: string, part: number): string {
  const eased = 1 - (1 - part) ** 3;
  const places = shown(to).split(".")[1]?.length ?? 0;
  return (Number(to) * eased).toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
}

function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
