import { useState } from "preact/hooks";
import { WALLET } from "../../words/screens";
import { Button } from "./button";
import { Icon } from "./icon";
import "./address.css";

const JOINED = "\u2060";

/** A friendly address: both ends of it, whole for who listens and where it cannot be copied. */
export function Address({ of }: { of: string }) {
  const [copied, setCopied] = useState<boolean>();
  const copy = async () => setCopied(await toClipboard(of));
  return (
    <div class="address">
      <p class={copied === false ? "whole" : ""}>
        <span aria-hidden="true">{copied === false ? of : short(of)}</span>
        <span class="unseen">{of}</span>
      </p>
      <Button look="second" size="small" onClick={copy} label={WALLET.copy}>
        <Icon name={copied ? "check" : "copy"} />
      </Button>
      <p class="told" role="status">
        {copied === true && WALLET.copied}
        {copied === false && WALLET.notCopied}
      </p>
    </div>
  );
}

/** Both ends, which no line break parts. */
export function short(address: string): string {
  return address.length > 13 ? `${address.slice(0, 6)}${JOINED}…${JOINED}${address.slice(-6)}` : address;
}

/** A web view may forbid it. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
