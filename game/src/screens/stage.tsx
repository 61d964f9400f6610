import { useLayoutEffect, useRef } from "preact/hooks";
import { GAME } from "../words/screens";
import "./stage.css";

interface Props {
  stage(parent: HTMLElement): void;
  flown: boolean;
}

/** Where the picture lies. Preact gives it no children, so it leaves alone what is put into it. */
export function Stage({ stage, flown }: Props) {
  const parent = useRef<HTMLDivElement>(null);
  // Once, whatever becomes of the property: a picture is not put in twice.
  useLayoutEffect(() => {
    if (parent.current) stage(parent.current);
  }, []);
  const named = flown ? ({ role: "application", "aria-label": GAME.picture } as const) : { "aria-hidden": true };
  return <div class="stage" ref={parent} tabIndex={-1} {...named} />;
}
