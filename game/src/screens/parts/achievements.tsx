import { known, type Model } from "../../model/model";
import type { Me } from "../../server/answers";
import { WALLET } from "../../words/screens";
import { Badge } from "./badge";
import "./achievements.css";

export function Achievements({ model, me }: { model: Model; me: Me }) {
  const rules = known(model.config.value)?.rules.achievements ?? [];
  if (rules.length === 0) return null;
  return (
    <section class="card">
      <h2>{WALLET.achievements}</h2>
      <ul class="achievements">
        {rules.map(({ id, name, plays }) => {
          const earned = me.achievements.includes(id);
          return (
            <li key={id}>
              <Badge plays={plays} earned={earned} />
              <strong>{name}</strong>
              <span class="quiet">{earned ? WALLET.have : WALLET.toGo(Math.min(me.plays, plays), plays)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
