import type { Model } from "../../model/model";
import { OUTSIDE } from "../../words/screens";
import { Icon } from "./icon";

/** Said where otherwise would stand what a player has: outside of Telegram nobody is known. */
export function Outside({ model }: { model: Model }) {
  const link = model.outside.value?.link;
  return (
    <section class="card">
      <h2>{OUTSIDE.title}</h2>
      <p>{OUTSIDE.why}</p>
      {link && (
        <a class="button second small" href={link}>
          <Icon name="coming" />
          {OUTSIDE.open}
        </a>
      )}
    </section>
  );
}
