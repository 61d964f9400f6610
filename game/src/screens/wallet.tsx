import type { Model } from "../model/model";
import { WALLET } from "../words/screens";
import { Achievements } from "./parts/achievements";
import { Button } from "./parts/button";
import { FromServer } from "./parts/from-server";
import { OnChain } from "./parts/on-chain";
import { Outside } from "./parts/outside";
import { Page } from "./parts/page";
import { Rewards } from "./parts/rewards";
import { Rows } from "./parts/skeleton";
import { WalletState } from "./parts/wallet-state";
import "./wallet.css";

export function Wallet({ model }: { model: Model }) {
  return (
    <Page model={model} title={WALLET.title}>
      {model.outside.value ? <Outside model={model} /> : <Mine model={model} />}
    </Page>
  );
}

function Mine({ model }: { model: Model }) {
  const { state, bound } = model.wallet.value;
  const hasBound = bound !== undefined || state === "connected";
  return (
    <>
      <WalletState model={model} />
      {hasBound && <OnChain model={model} />}
      <FromServer of={model.me} again={model.actions.again} waiting={<Rows count={4} />}>
        {(me) => (
          <>
            {state !== "off" && <Rewards model={model} me={me} />}
            <Achievements model={model} me={me} />
          </>
        )}
      </FromServer>
      {(state === "connected" || state === "other") && (
        <Button look="second" onClick={model.actions.disconnect}>
          {WALLET.disconnect}
        </Button>
      )}
    </>
  );
}
