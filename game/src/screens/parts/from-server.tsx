import type { ComponentChildren } from "preact";
import type { Loaded } from "../../model/model";
import { TROUBLE } from "../../words/screens";
import { Button } from "./button";
import { Failed } from "./failed";
import "./from-server.css";

interface Props<T> {
  of: { value: Loaded<T> };
  again(): void;
  /** What stands there until the first answer. */
  waiting: ComponentChildren;
  /** Where there is little room, a failure takes one line. */
  small?: boolean;
  children(value: T): ComponentChildren;
}

/** Something that the server has told, is still to tell, or could not. What was there before goes on being shown. */
export function FromServer<T>({ of, again, waiting, small = false, children }: Props<T>) {
  const loaded = of.value;
  if (loaded.is === "there") return <>{children(loaded.value)}</>;
  if (loaded.is === "loading") return <>{loaded.old === undefined ? waiting : children(loaded.old)}</>;
  if (loaded.old === undefined) return <Failed why={loaded.why} again={again} small={small} />;
  return (
    <>
      <div class="stale">
        <p>{TROUBLE.old}</p>
        <Button look="plain" size="small" onClick={again}>
          {TROUBLE.again}
        </Button>
      </div>
      {children(loaded.old)}
    </>
  );
}
