import type { Model } from "../model/model";
import { GAME } from "../words/screens";
import { Icon } from "./parts/icon";
import "./parts/round.css";
import "./ready.css";

/** Lies over the picture while the first flap is waited for, and lets every tap through but one on its way back. */
export function Ready({ model }: { model: Model }) {
  return (
    <main class="ready">
      <button type="button" class="round" aria-label={GAME.leave} onClick={() => model.actions.go("play")}>
        <Icon name="close" />
      </button>
      <p class="hint">{GAME.hint}</p>
    </main>
  );
}
