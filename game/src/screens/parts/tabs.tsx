import type { Model, Screen } from "../../model/model";
import { GAME, TABS } from "../../words/screens";
import { Icon, type IconName } from "./icon";
import "./tabs.css";

const PLACES: { screen: Exclude<Screen, "over">; icon: IconName }[] = [
  { screen: "play", icon: "game" },
  { screen: "leaderboard", icon: "leaderboard" },
  { screen: "shop", icon: "shop" },
  { screen: "wallet", icon: "wallet" },
];

export function Tabs({ model }: { model: Model }) {
  return (
    <nav class="tabs" aria-label={GAME.navigation}>
      {PLACES.map(({ screen, icon }) => (
        <button
          type="button"
          key={screen}
          aria-current={screen === model.screen.value ? "page" : undefined}
          onClick={() => model.actions.go(screen)}
        >
          <Icon name={icon} />
          {TABS[screen]}
        </button>
      ))}
    </nav>
  );
}
