import { Icon } from "./icon";
import "./trouble.css";

/** A sentence about what went wrong, read out at once. */
export function Trouble({ why }: { why: string }) {
  return (
    <p class="trouble" role="alert">
      <Icon name="alert" />
      <span>{why}</span>
    </p>
  );
}
