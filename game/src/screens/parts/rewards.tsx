import { known, type Model } from "../../model/model";
import type { Me } from "../../server/answers";
import { WALLET } from "../../words/screens";
import { isNothing, shown } from "../amount";

/** How far the rewards have come. A batch that is not sent yet is nothing that a player needs to know of: it waits. */
export function Rewards({ model, me }: { model: Model; me: Me }) {
  const { waiting, batched, sent, settled, refused } = me.rewards;
  const symbol = known(model.config.value)?.token.symbol ?? "";
  const told = me.wallet === null ? WALLET.kept : WALLET.pending;
  return (
    <section class="card">
      <h2>{WALLET.rewards}</h2>
      <dl class="pairs">
        <Count of={waiting + batched} words={WALLET.waiting} />
        <Count of={sent} words={WALLET.coming} />
        <Count of={settled} words={WALLET.arrived} />
      </dl>
      {!isNothing(me.pending) && <p class="quiet">{told(shown(me.pending), symbol)}</p>}
      {refused > 0 && <p class="warning">{WALLET.refused(refused)}</p>}
    </section>
  );
}

function Count({ of, words }: { of: number; words: string }) {
  return (
    <div>
      <dt>{words}</dt>
      <dd class="number">{of.toLocaleString("en")}</dd>
    </div>
  );
}
