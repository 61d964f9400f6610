import { useEffect, useRef } from "preact/hooks";
import type { Flight, Model } from "../model/model";
import { Menus } from "./menus";
import { Notices } from "./parts/notices";
import { Ready } from "./ready";
import { Stage } from "./stage";
import "./theme.css";
import "./base.css";
import "./app.css";

interface Props {
  model: Model;
  /** Called once, with the element that the picture is to be put into. */
  stage(parent: HTMLElement): void;
}

/** The picture, and over it the menus; while a run is flown, the picture alone. */
export function App({ model, stage }: Props) {
  const flight = model.flight.value;
  const flown = isFlown(flight);
  const theme = model.look.value.theme;
  const frame = useFocus(flown ? "flight" : model.screen.value);
  useEscape(model);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <div class="frame" ref={frame}>
      <Stage stage={stage} flown={flown} />
      {flight === "ready" && <Ready model={model} />}
      {!flown && <Menus model={model} />}
      {!flown && <Notices model={model} />}
    </div>
  );
}

function isFlown(flight: Flight): boolean {
  return flight === "ready" || flight === "flying";
}

/** Whoever does not see the screen begins at the heading of a new one. Nothing is taken from where the person is at the start. */
function useFocus(place: string) {
  const frame = useRef<HTMLDivElement>(null);
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    frame.current?.querySelector<HTMLElement>(place === "flight" ? ".stage" : "h1")?.focus();
  }, [place]);
  return frame;
}

function useEscape(model: Model) {
  useEffect(() => {
    const back = (event: KeyboardEvent) => {
      const away = model.flight.value === "ready" || (!isFlown(model.flight.value) && model.screen.value !== "play");
      if (event.key === "Escape" && !event.defaultPrevented && away) model.actions.go("play");
    };
    window.addEventListener("keydown", back);
    return () => window.removeEventListener("keydown", back);
  }, [model]);
}
