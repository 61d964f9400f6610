import { known, type Model } from "../model/model";
import { GAME, PLAY } from "../words/screens";
import { isNothing, shown } from "./amount";
import { Coin } from "./parts/coin";
import { FromServer } from "./parts/from-server";
import { Icon } from "./parts/icon";
import { Network } from "./parts/network";
import { Outside } from "./parts/outside";
import { PlayButton } from "./parts/play-button";
import { Line } from "./parts/skeleton";
import { Tabs } from "./parts/tabs";
import "./parts/round.css";
import "./play.css";

export function Play({ model }: { model: Model }) {
  return (
    <main class="over-picture play">
      <SoundSwitch model={model} />
      <h1 class="title" tabIndex={-1}>
        {GAME.name}
      </h1>
      <section class="sheet">
        <Network model={model} />
        {model.outside.value ? <Outside model={model} /> : <Figures model={model} />}
        <PlayButton model={model} words={PLAY.play} />
      </section>
      <Tabs model={model} />
    </main>
  );
}

function Figures({ model }: { model: Model }) {
  return (
    <FromServer of={model.me} again={model.actions.again} waiting={<Line count={2} />} small>
      {(me) => (
        <dl class="figures">
          <div>
            <dt>{PLAY.best}</dt>
            <dd class="number">{me.plays > 0 ? me.high_score.toLocaleString("en") : PLAY.none}</dd>
          </div>
          <Tokens model={model} balance={me.balance} pending={me.pending} />
        </dl>
      )}
    </FromServer>
  );
}

/** What the ledger knows: it is there without a chain and without a wallet too. */
function Tokens({ model, balance, pending }: { model: Model; balance: string; pending: string }) {
  const token = known(model.config.value)?.token;
  return (
    <div>
      <dt>{PLAY.tokens(token?.symbol ?? PLAY.anyTokens)}</dt>
      <dd class="number">
        <Coin />
        {shown(balance)}
      </dd>
      {!isNothing(pending) && <dd class="pending number">{PLAY.coming(shown(pending))}</dd>}
    </div>
  );
}

function SoundSwitch({ model }: { model: Model }) {
  const on = model.settings.value.sound;
  return (
    <button
      type="button"
      class="round sound"
      role="switch"
      aria-checked={on}
      aria-label={PLAY.sound}
      onClick={() => model.actions.setSound(!on)}
    >
      <Icon name={on ? "sound-on" : "sound-off"} />
    </button>
  );
}
