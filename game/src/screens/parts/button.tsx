import type { ComponentChildren } from "preact";
import { Spinner } from "./spinner";
import "./button.css";

interface Props {
  children: ComponentChildren;
  onClick(): void;
  look?: "main" | "second" | "plain";
  size?: "big" | "small";
  /** Something is under way: it stays where it is and takes no click. */
  busy?: boolean;
  disabled?: boolean;
  label?: string;
  pressed?: boolean;
}

export function Button({
  children,
  onClick,
  look = "main",
  size,
  busy = false,
  disabled = false,
  label,
  pressed,
}: Props) {
  const act = () => {
    if (!busy) onClick();
  };
  return (
    <button
      type="button"
      class={`button ${look} ${size ?? ""}`}
      onClick={act}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      aria-label={label}
      aria-pressed={pressed}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}
