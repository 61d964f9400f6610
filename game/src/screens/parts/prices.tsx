import { known, type Model } from "../../model/model";
import type { Item } from "../../server/answers";
import { SHOP } from "../../words/screens";
import { missing, shown } from "../amount";
import { Button } from "./button";
import { Coin } from "./coin";
import { Star } from "./star";

/** What an item costs, and a button for each way to pay. */
export function Prices({ model, item }: { model: Model; item: Item }) {
  const config = known(model.config.value);
  const price = config?.chain ? item.price : null;
  if (price === null && item.stars === null) return <p class="quiet">{SHOP.unsold}</p>;
  return (
    <>
      {price !== null && <ForTokens model={model} item={item} price={price} symbol={config?.token.symbol ?? ""} />}
      {item.stars !== null && <ForStars model={model} item={item} stars={item.stars} />}
    </>
  );
}

function ForTokens({ model, item, price, symbol }: { model: Model; item: Item; price: string; symbol: string }) {
  const connected = model.wallet.value.state === "connected";
  const have = known(model.tokens.value);
  const lacks = connected && have ? missing(price, have.balance) : null;
  const words = `${shown(price, 9)} ${symbol}`;
  return (
    <>
      <Button
        size="small"
        disabled={!connected || lacks !== null}
        label={SHOP.buy(item.name, words)}
        onClick={() => model.actions.buy(item.id, "tokens")}
      >
        <Coin />
        {words}
      </Button>
      {lacks && <p class="lacks">{SHOP.missing(shown(lacks, 9), symbol)}</p>}
    </>
  );
}

function ForStars({ model, item, stars }: { model: Model; item: Item; stars: number }) {
  return (
    <Button
      look="second"
      size="small"
      disabled={model.outside.value !== null}
      label={SHOP.buy(item.name, SHOP.stars(stars))}
      onClick={() => model.actions.buy(item.id, "stars")}
    >
      <Star />
      {SHOP.stars(stars)}
    </Button>
  );
}
