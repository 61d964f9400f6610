import type { Model } from "../../model/model";
import { WALLET } from "../../words/screens";
import { Address, short } from "./address";
import { Button } from "./button";
import { Icon } from "./icon";
import { Scene } from "./scene";
import { Line } from "./skeleton";
import { Spinner } from "./spinner";

/** Whether there is a wallet, whose it is, and what to do next. */
export function WalletState({ model }: { model: Model }) {
  const { state, address = "", bound } = model.wallet.value;
  switch (state) {
    case "off":
      return (
        <section class="card wallet-card">
          <h2>{WALLET.off}</h2>
          <p class="note">{WALLET.offWhy}</p>
        </section>
      );
    case "loading":
      return <Line />;
    case "none":
      return bound === undefined ? <None model={model} /> : <Bound address={bound} connect={model.actions.connect} />;
    case "connecting":
      return <Doing what={WALLET.connecting} why={WALLET.connectingWhy} />;
    case "linking":
      return <Doing what={WALLET.linking} why={WALLET.linkingWhy} />;
    case "connected":
      return <Bound address={bound ?? address} />;
    case "other":
      return <Other address={address} bound={bound ?? ""} />;
  }
}

function None({ model }: { model: Model }) {
  return (
    <section class="card wallet-card">
      <Scene kind="purse" />
      <h2 class="lead">{WALLET.none}</h2>
      <p>
        {WALLET.noneWhy} {WALLET.noneKept}
      </p>
      <Button onClick={model.actions.connect}>
        <Icon name="wallet" />
        {WALLET.connect}
      </Button>
      <p class="note">{WALLET.forEver}</p>
    </section>
  );
}

function Doing({ what, why }: { what: string; why: string }) {
  return (
    <section class="card wallet-card" role="status">
      <p class="doing">
        <Spinner />
        {what}
      </p>
      <p class="note">{why}</p>
    </section>
  );
}

/** Not connected, it still gets what is earned. */
function Bound({ address, connect }: { address: string; connect?(): void }) {
  return (
    <section class="card wallet-card">
      <h2>{WALLET.bound}</h2>
      <Address of={address} />
      <p class="note">{WALLET.fixed}</p>
      {connect && (
        <>
          <p>{WALLET.away}</p>
          <Button onClick={connect}>{WALLET.connect}</Button>
        </>
      )}
    </section>
  );
}

function Other({ address, bound }: { address: string; bound: string }) {
  return (
    <>
      <section class="card wallet-card warn" role="alert">
        <h2>
          <Icon name="alert" />
          {WALLET.other}
        </h2>
        <p>{WALLET.otherWhy(short(address), short(bound))}</p>
      </section>
      <Bound address={bound} />
    </>
  );
}
