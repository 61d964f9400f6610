import { TROUBLE } from "../../words/screens";
import { Button } from "./button";
import { Icon } from "./icon";
import { Scene } from "./scene";
import "./failed.css";

export function Failed({ why, again, small = false }: { why: string; again(): void; small?: boolean }) {
  return (
    <div class={small ? "failed small" : "failed"} role="alert">
      {!small && <Scene kind="trouble" />}
      <p>{why}</p>
      <Button look="second" size="small" onClick={again}>
        <Icon name="again" />
        {TROUBLE.again}
      </Button>
    </div>
  );
}
