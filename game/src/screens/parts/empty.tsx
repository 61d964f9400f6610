import type { ComponentChildren, ComponentProps } from "preact";
import { Scene } from "./scene";
import "./failed.css";

interface Props {
  scene: ComponentProps<typeof Scene>["kind"];
  title: string;
  children?: ComponentChildren;
}

export function Empty({ scene, title, children }: Props) {
  return (
    <div class="empty">
      <Scene kind={scene} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
