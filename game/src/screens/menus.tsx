import type { Model } from "../model/model";
import { Leaderboard } from "./leaderboard";
import { Over } from "./over";
import { Play } from "./play";
import { Shop } from "./shop";
import { Wallet } from "./wallet";

/** A key for each, so that a new screen begins at its top. */
export function Menus({ model }: { model: Model }) {
  switch (model.screen.value) {
    case "play":
      return <Play key="play" model={model} />;
    case "over":
      return <Over key="over" model={model} />;
    case "leaderboard":
      return <Leaderboard key="leaderboard" model={model} />;
    case "shop":
      return <Shop key="shop" model={model} />;
    case "wallet":
      return <Wallet key="wallet" model={model} />;
  }
}
