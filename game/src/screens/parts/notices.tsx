import { useEffect, useState } from "preact/hooks";
import type { Model, Notice } from "../../model/model";
import { NOTICES } from "../../words/screens";
import { Icon, type IconName } from "./icon";
import "./notices.css";

/** Long enough for two lines to be read slowly. */
const SHOWN_MS = 7_000;

const ICONS: Record<Notice["kind"], IconName> = { good: "check", bad: "alert", news: "clock" };

/** What happened. Bad news is read out at once and stays until it is dismissed. Both lists are always there, so that they are heard. */
export function Notices({ model }: { model: Model }) {
  const all = model.notices.value;
  const dismiss = model.actions.dismiss;
  return (
    <div class="notices">
      <section role="alert" aria-label={NOTICES.warnings}>
        {all.filter(isBad).map((one) => (
          <Toast key={one.id} notice={one} dismiss={dismiss} />
        ))}
      </section>
      <section role="status" aria-label={NOTICES.list}>
        {all
          .filter((one) => !isBad(one))
          .map((one) => (
            <Toast key={one.id} notice={one} dismiss={dismiss} />
          ))}
      </section>
    </div>
  );
}

function isBad(notice: Notice): boolean {
  return notice.kind === "bad";
}

/** Goes by itself unless it is bad, or somebody is at it. */
function Toast({ notice, dismiss }: { notice: Notice; dismiss(id: number): void }) {
  const [held, setHeld] = useState(false);
  const { id, kind } = notice;
  useEffect(() => {
    if (kind === "bad" || held) return;
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, kind, held, dismiss]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing is done by it but that it waits
    <div
      class={`toast ${kind}`}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <Icon name={ICONS[kind]} />
      <p>{notice.text}</p>
      <button type="button" aria-label={NOTICES.dismiss} onClick={() => dismiss(id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
