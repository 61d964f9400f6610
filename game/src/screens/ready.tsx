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
      <p class="hint">
        <svg class="finger" viewBox="0 0 32 40" aria-hidden="true">
          <circle cx="13" cy="11" r="9" fill="none" stroke="currentColor" stroke-width="2" opacity="0.5" />
          <path
            d="M10 24V11a3 3 0 0 1 6 0v9l8 2.5a3.5 3.5 0 0 1 2.5 4L25 35a4 4 0 0 1-4 3.5h-5a4 4 0 0 1-3.3-1.7L6 27.5a2.5 2.5 0 0 1 4-3Z"
            fill="currentColor"
          />
        </svg>
        {GAME.hint}
      </p>
    </main>
  );
}
