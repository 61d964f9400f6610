import type { ComponentChildren } from "preact";
import type { Model } from "../../model/model";
import { Network } from "./network";
import { Tabs } from "./tabs";
import "./page.css";

interface Props {
  model: Model;
  title: string;
  children: ComponentChildren;
}

/** A screen that hides the picture: heading, what it shows, and the way to the others. */
export function Page({ model, title, children }: Props) {
  return (
    <main class="page">
      <div class="scroll">
        <h1 tabIndex={-1}>{title}</h1>
        <Network model={model} />
        {children}
      </div>
      <Tabs model={model} />
    </main>
  );
}
