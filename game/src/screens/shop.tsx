import { known, type Model } from "../model/model";
import { SHOP } from "../words/screens";
import { isNothing, shown } from "./amount";
import { Button } from "./parts/button";
import { Coin } from "./parts/coin";
import { Empty } from "./parts/empty";
import { FromServer } from "./parts/from-server";
import { Outside } from "./parts/outside";
import { Page } from "./parts/page";
import { ShopCard } from "./parts/shop-card";
import { Cards, Line } from "./parts/skeleton";
import "./shop.css";

export function Shop({ model }: { model: Model }) {
  const outside = model.outside.value !== null;
  return (
    <Page model={model} title={SHOP.title}>
      <FromServer of={model.config} again={model.actions.again} waiting={<Waiting />}>
        {({ chain }) => (
          <>
            {outside && <Outside model={model} />}
            {chain && !outside && <Purse model={model} />}
            <Goods model={model} />
          </>
        )}
      </FromServer>
    </Page>
  );
}

function Waiting() {
  return (
    <>
      <Line />
      <Cards count={4} />
    </>
  );
}

function Goods({ model }: { model: Model }) {
  const goods = model.shop.value;
  if (goods.length === 0) return <Empty scene="purse" title={SHOP.empty} />;
  return (
    <ul class="goods" aria-label={SHOP.list}>
      {goods.map((one) => (
        <ShopCard key={one.item.id} model={model} one={one} />
      ))}
    </ul>
  );
}

/** What can be spent, or what is to be done so that something can. */
function Purse({ model }: { model: Model }) {
  const symbol = known(model.config.value)?.token.symbol ?? "";
  switch (model.wallet.value.state) {
    case "off":
      return null;
    case "loading":
      return <Line />;
    case "connected":
      return <Spendable model={model} symbol={symbol} />;
    case "other":
      return (
        <section class="card purse">
          <p>{SHOP.other}</p>
          <Button size="small" onClick={() => model.actions.go("wallet")}>
            {SHOP.otherLink}
          </Button>
        </section>
      );
    case "none":
    case "connecting":
    case "linking":
      return (
        <section class="card purse">
          <p>{SHOP.connectWhy(symbol)}</p>
          <Button size="small" busy={model.wallet.value.state !== "none"} onClick={model.actions.connect}>
            {SHOP.connect}
          </Button>
        </section>
      );
  }
}

function Spendable({ model, symbol }: { model: Model; symbol: string }) {
  const coin = known(model.config.value)?.chain?.coin_symbol ?? "";
  return (
    <FromServer of={model.tokens} again={model.actions.again} waiting={<Line />} small>
      {({ balance, coins }) => (
        <section class="card balance">
          <p class="quiet">{SHOP.balance}</p>
          <p class="amount number">
            <Coin />
            {shown(balance)} {symbol}
          </p>
          {isNothing(coins) ? (
            <p class="warning">{SHOP.noFees(coin)}</p>
          ) : (
            <p class="quiet number">{SHOP.fees(shown(coins, 3), coin)}</p>
          )}
        </section>
      )}
    </FromServer>
  );
}
