import type { Model, ShopItem } from "../../model/model";
import { lasted, SHOP } from "../../words/screens";
import { Button } from "./button";
import { Icon } from "./icon";
import { Pipe } from "./pipe";
import { Prices } from "./prices";
import { Spinner } from "./spinner";
import "./shop-card.css";

/** After so many seconds a payment is called slow. */
const SLOW = 60;

export function ShopCard({ model, one }: { model: Model; one: ShopItem }) {
  return (
    <li class={one.chosen ? "good-card chosen" : "good-card"}>
      <div class="drawing">
        <Pipe colour={one.colour} />
        {one.chosen && (
          <span class="in-use">
            <Icon name="check" />
          </span>
        )}
      </div>
      <div class="about">
        <h2>{one.item.name}</h2>
        <State model={model} one={one} />
      </div>
    </li>
  );
}

function State({ model, one }: { model: Model; one: ShopItem }) {
  switch (one.state) {
    case "free":
    case "bought":
      return <Owned model={model} one={one} />;
    case "for-sale":
      return <Prices model={model} item={one.item} />;
    case "paying":
      return (
        <p class="under-way" role="status">
          <Spinner />
          {SHOP.paying}
        </p>
      );
    case "coming":
      return <Coming since={one.since ?? 0} />;
  }
}

function Owned({ model, one }: { model: Model; one: ShopItem }) {
  return (
    <>
      <p class="quiet">{one.state === "free" ? SHOP.free : SHOP.bought}</p>
      <Button
        look={one.chosen ? "second" : "main"}
        size="small"
        pressed={one.chosen}
        label={one.chosen ? SHOP.using(one.item.name) : SHOP.use(one.item.name)}
        onClick={() => model.actions.choose(one.item.id)}
      >
        {one.chosen ? SHOP.used : SHOP.useShort}
      </Button>
    </>
  );
}

/** The seconds go on beside the sentence that is read out, not in it. */
function Coming({ since }: { since: number }) {
  return (
    <>
      <p class="under-way" role="status">
        <Icon name="coming" />
        {SHOP.coming}
      </p>
      <p class="quiet number">{SHOP.comingFor(lasted(since))}</p>
      <p class="quiet">{since < SLOW ? SHOP.comingWhy : SHOP.slow}</p>
    </>
  );
}
