import type { Model } from "../../model/model";
import { NETWORK } from "../../words/screens";
import { Icon } from "./icon";
import { Spinner } from "./spinner";
import "./network.css";

/** That there is no network, and how many runs wait for it. The element is always there, so that it is read out when it fills. */
export function Network({ model }: { model: Model }) {
  const runs = model.unreported.value;
  return (
    <div class="network" role="status">
      {!model.online.value && (
        <p>
          <Icon name="offline" />
          <span>{runs > 0 ? NETWORK.waiting(runs) : NETWORK.offline}</span>
        </p>
      )}
      {model.online.value && runs > 0 && (
        <p>
          <Spinner />
          <span>{NETWORK.sending(runs)}</span>
        </p>
      )}
    </div>
  );
}
